using System.Diagnostics;
using System.Globalization;
using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Linearizability;
using ClusterLog.Checking.Registers;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>
/// Judges histories of a register as Jepsen prints them; a verdict is wrong when it is not the one that the file beside
/// them gives, or when it takes too long.
/// </summary>
internal sealed class LinearizabilityVerb : IVerb
{
    private const string VerdictsFile = "verdicts.tsv";
    private const string Linearizable = "linearizable";
    private const string NotLinearizable = "not-linearizable";

    /// <summary>The longest that one history may take; then its verdict is unknown, which is wrong.</summary>
    private static readonly TimeSpan DurationMax = TimeSpan.FromSeconds(10);

    public string Name => "linearizability";

    public string Usage => "FILE…: judges histories of registers, and compares with verdicts.tsv beside them if it is there";

    public int Run(IReadOnlyList<string> arguments)
    {
        var files = InputFiles.Find(new Arguments(arguments).Values, ".log");
        var verdicts = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        var right = files.Count(file => IsRight(file, ExpectedOf(file, verdicts)));
        Console.WriteLine($"histories={files.Count} right={right}");
        return files.Count > 0 && right == files.Count ? 0 : 1;
    }

    private static bool IsRight(string file, string? expected)
    {
        var clock = Stopwatch.StartNew();
        var verdict = Judge(file);
        var isRight = verdict is Linearizable or NotLinearizable && (expected is null || verdict == expected);
        var comparison = expected is null ? "nothing to compare with" : isRight ? "right" : $"WRONG, expected {expected}";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(file)}: {verdict} ({comparison}, {clock.Elapsed.TotalSeconds:F2} s)"));
        return isRight;
    }

    private static string Judge(string file)
    {
        try
        {
            var history = JepsenRegisterLog.Read(File.ReadLines(file));
            var options = new SearchOptions { DurationMax = DurationMax };
            return LinearizabilityChecker.Check(new RegisterModel(), history, options).Verdict switch
            {
                Verdict.Linearizable => Linearizable,
                Verdict.NotLinearizable => NotLinearizable,
                _ => "unknown",
            };
        }
        catch (Exception exception) when (exception is HistoryFormatException or IOException)
        {
            return exception.Message;
        }
    }

    private static string? ExpectedOf(string file, Dictionary<string, Dictionary<string, string>> verdicts)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!verdicts.TryGetValue(folder, out var expected))
        {
            var path = Path.Combine(folder, VerdictsFile);
            expected = File.Exists(path)
                ? File.ReadLines(path).Select(line => line.Split('\t')).Where(words => words.Length >= 2)
                    .ToDictionary(words => words[0], words => words[1], StringComparer.Ordinal)
                : [];
            verdicts.Add(folder, expected);
        }

        return expected.GetValueOrDefault(Path.GetFileName(file));
    }
}
