namespace ClusterLog.Simulation.Mutants;

/// <summary>
/// A bug that other people's systems really had, as a patch that puts it into ours. The patch stands in
/// <c>Mutants/NN-name.patch</c> after a header of lines <c>Fault:</c> (numbers of the list of faults), <c>Breaks:</c>
/// (what the patch takes away) and <c>Invariant:</c> (what should notice).
/// </summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Path">The patch's file.</param>
/// <param name="Faults">Which faults it brings back, for example "6" or "11, 12".</param>
/// <param name="Breaks">What the patch takes away.</param>
/// <param name="Invariant">What should notice.</param>
/// <param name="Projects">The folders of the projects that it changes.</param>
internal sealed record Mutant(
    string Name, string Path, string Faults, string Breaks, string Invariant, IReadOnlyList<string> Projects)
{
    /// <summary>Where the patches of a checkout are, from its root.</summary>
    public const string Folder = "tests/ClusterLog.Simulation/Mutants";

    private const string ChangedFile = "+++ b/";

    /// <summary>All patches of a checkout, by name.</summary>
    /// <exception cref="InvalidDataException">A patch has no proper header.</exception>
    public static IReadOnlyList<Mutant> FindAll(string root)
        => [.. Directory.GetFiles(System.IO.Path.Combine(root, Folder), "*.patch")
            .Order(StringComparer.Ordinal)
            .Select(Read)];

    /// <exception cref="InvalidDataException">The patch has no proper header.</exception>
    public static Mutant Read(string path)
    {
        var header = File.ReadLines(path).TakeWhile(line => !line.StartsWith("--- ", StringComparison.Ordinal)).ToList();
        return new Mutant(
            System.IO.Path.GetFileNameWithoutExtension(path),
            path,
            Field(path, header, "Fault:"),
            Field(path, header, "Breaks:"),
            Field(path, header, "Invariant:"),
            [.. File.ReadLines(path)
                .Where(line => line.StartsWith(ChangedFile, StringComparison.Ordinal))
                .Select(line => string.Join('/', line[ChangedFile.Length..].Split('/').Take(2)))
                .Distinct()]);
    }

    private static string Field(string path, List<string> header, string name)
    {
        var first = header.FindIndex(line => line.StartsWith(name, StringComparison.Ordinal));
        if (first < 0 || header[first].Length == name.Length)
        {
            throw new InvalidDataException($"{path} says nothing after \"{name}\" in its header.");
        }

        // A field goes on over indented lines.
        var more = header.Skip(first + 1).TakeWhile(line => line.StartsWith(' ')).Select(line => line.Trim());
        return string.Join(' ', more.Prepend(header[first][name.Length..].Trim()));
    }
}
