using ClusterLog.Testing;

namespace ClusterLog.Conventions.Tests.Sources;

/// <summary>The checkout as paths with forward slashes, relative to its root; build outputs are left out.</summary>
internal static class Checkout
{
    private static readonly string[] Skipped = [".git", "bin", "obj", "node_modules", "TestResults", "data", "out", ".vs"];

    public static IReadOnlyList<string> Files { get; } = List(new DirectoryInfo(RepositoryRoot.Path)).Order().ToArray();

    public static IReadOnlySet<string> Folders { get; } = Files
        .SelectMany(Parents)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The folder of this test project, where its text files are written.</summary>
    public static string ConventionsFolder => "tests/ClusterLog.Conventions.Tests";

    public static string Absolute(string path) => Path.Combine(RepositoryRoot.Path, path);

    public static string Read(string path) => File.ReadAllText(Absolute(path));

    public static bool Exists(string path) => Files.Contains(path) || Folders.Contains(path.TrimEnd('/'));

    private static IEnumerable<string> List(DirectoryInfo folder)
    {
        foreach (var file in folder.EnumerateFiles())
        {
            yield return Path.GetRelativePath(RepositoryRoot.Path, file.FullName).Replace('\\', '/');
        }

        foreach (var inner in folder.EnumerateDirectories().Where(d => !Skipped.Contains(d.Name)))
        {
            foreach (var file in List(inner))
            {
                yield return file;
            }
        }
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }
}
