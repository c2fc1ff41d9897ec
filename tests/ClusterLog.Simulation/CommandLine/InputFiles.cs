namespace ClusterLog.Simulation.CommandLine;

/// <summary>The files that a verb is given: each by name, or all of a kind in a folder.</summary>
internal static class InputFiles
{
    /// <exception cref="UsageException">There is none.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> arguments, string extension)
    {
        string[] files = [.. arguments.SelectMany(argument => Directory.Exists(argument)
            ? Directory.GetFiles(argument, "*" + extension).Order(StringComparer.Ordinal)
            : (IEnumerable<string>)[argument])];
        return files.Length > 0 ? files : throw new UsageException("At least one file is wanted.");
    }
}
