using ClusterLog.Checking.Linearizability;
using ClusterLog.Checking.Registers;
using ClusterLog.Testing;

namespace ClusterLog.Checking.Tests.Linearizability;

/// <summary>Histories of a real register, with the verdict that others' checkers gave for each.</summary>
public sealed class EtcdHistoriesTests
{
    private const int HistoryCount = 52;

    // A search that takes longer is unknown, which is nobody's verdict.
    private static readonly SearchOptions Options = new() { DurationMax = TimeSpan.FromSeconds(10) };

    [Fact]
    public void Check_HistoryOfEtcd_GivesTheGivenVerdict()
    {
        var expected = Verdicts();
        Assert.Equal(HistoryCount, expected.Length);
        var wrong = new List<string>();
        foreach (var (path, verdict) in expected)
        {
            var operations = JepsenRegisterLog.Read(File.ReadLines(path));
            var result = LinearizabilityChecker.Check(new RegisterModel(), operations, Options);
            TestContext.Current.TestOutputHelper?.WriteLine($"{Path.GetFileName(path)} {result.Verdict} {result.Steps} steps");
            if (result.Verdict != verdict)
            {
                wrong.Add($"{Path.GetFileName(path)}: expected {verdict}, found {result}");
            }
            else if (verdict == Verdict.Linearizable)
            {
                Proofs.AssertProves(new RegisterModel(), operations, result.Order);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static (string Path, Verdict Verdict)[] Verdicts()
    {
        var folder = RepositoryRoot.ConformancePath is { } path ? Path.Combine(path, "linearizability") : null;
        if (!Directory.Exists(folder))
        {
            Assert.Skip("There is no ../shared/conformance/linearizability beside the checkout.");
        }

        return File.ReadLines(Path.Combine(folder, "verdicts.tsv"))
            .Select(line => line.Split('\t'))
            .Select(words => (Path.Combine(folder, words[0]), words[1] switch
            {
                "linearizable" => Verdict.Linearizable,
                "not-linearizable" => Verdict.NotLinearizable,
                var word => throw new InvalidDataException($"verdicts.tsv has the verdict {word} for {words[0]}."),
            }))
            .ToArray();
    }
}
