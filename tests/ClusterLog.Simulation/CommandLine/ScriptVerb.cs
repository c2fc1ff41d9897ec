using ClusterLog.Conformance;
using ClusterLog.Conformance.Interaction;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>Runs interaction scripts, of files or of folders of them.</summary>
internal sealed class ScriptVerb : IVerb
{
    public string Name => "script";

    public string Usage => "FILE…: runs interaction scripts against the Raft core, and prints pass or the first difference";

    public int Run(IReadOnlyList<string> arguments)
    {
        var files = InputFiles.Find(new Arguments(arguments).Values, ".txt");
        var passed = files.Count(Passes);
        Console.WriteLine($"scripts={files.Count} passed={passed}");
        return files.Count > 0 && passed == files.Count ? 0 : 1;
    }

    private static bool Passes(string file)
    {
        ScriptResult result;
        try
        {
            result = InteractionScript.RunFile(file);
        }
        catch (Exception exception) when (exception is ScriptFormatException or IOException or UnauthorizedAccessException)
        {
            result = new ScriptResult(0, exception.Message);
        }

        var name = Path.GetFileName(file);
        Console.WriteLine(result.Passed
            ? $"pass {name} ({result.Compared} comparisons)"
            : $"fail {name}: {result.Difference}");
        return result.Passed;
    }
}
