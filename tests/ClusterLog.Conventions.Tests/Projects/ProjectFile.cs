using System.Xml.Linq;
using ClusterLog.Conventions.Tests.Sources;

namespace ClusterLog.Conventions.Tests.Projects;

/// <summary>What a project file refers to.</summary>
internal sealed class ProjectFile
{
    private ProjectFile(string path)
    {
        Path = path;
        Name = System.IO.Path.GetFileNameWithoutExtension(path);
        var document = XDocument.Parse(Checkout.Read(path));
        Projects = Includes(document, "ProjectReference")
            .Select(reference => System.IO.Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')))
            .ToArray();
        Packages = Includes(document, "PackageReference").ToArray();
    }

    public static IReadOnlyList<ProjectFile> All { get; } = Checkout.Files
        .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(path => new ProjectFile(path))
        .ToArray();

    public static IEnumerable<ProjectFile> InSource => All.Where(p => p.Path.StartsWith("src/", StringComparison.Ordinal));

    public string Path { get; }

    public string Name { get; }

    public IReadOnlyList<string> Projects { get; }

    public IReadOnlyList<string> Packages { get; }

    private static IEnumerable<string> Includes(XDocument document, string element) =>
        document.Descendants(element).Select(e => (string?)e.Attribute("Include") ?? throw new InvalidDataException(
            $"A {element} without Include."));
}
