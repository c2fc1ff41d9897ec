using System.Text.RegularExpressions;
using ClusterLog.Conventions.Tests.Sources;

namespace ClusterLog.Conventions.Tests.Projects;

public class ProjectDirectionTests
{
    /// <summary>The whole picture of docs/architecture.md: who may see whom, and nobody else.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["ClusterLog.MessagePack"] = [],
        ["ClusterLog.Protocol"] = ["ClusterLog.MessagePack"],
        ["ClusterLog.Client"] = ["ClusterLog.Protocol"],
        ["ClusterLog.Raft"] = [],
        ["ClusterLog.Storage"] = ["ClusterLog.Raft"],
        ["ClusterLog.Broker"] = ["ClusterLog.Protocol", "ClusterLog.Raft", "ClusterLog.Storage"],
        ["ClusterLog.Server"] = ["ClusterLog.Broker"],
        ["ClusterLog.Cli"] = ["ClusterLog.Client"],
    };

    [Fact]
    public void SourceProjects_AreExactlyThoseOfTheArchitecture() =>
        Assert.Equal(Allowed.Keys.Order(), ProjectFile.InSource.Select(p => p.Name).Order());

    [Fact]
    public void ProjectReferences_PointOnlyInTheAllowedDirection() => Report.None(
        "Projects of src refer only to what docs/architecture.md draws:",
        from project in ProjectFile.InSource
        from target in project.Projects
        where !Allowed.GetValueOrDefault(project.Name, []).Contains(target)
        select $"{project.Path} refers to {target}");

    [Fact]
    public void ProjectReferences_HoldEveryAllowedArrow() => Report.None(
        "An arrow that no project uses any more goes from the picture:",
        from project in ProjectFile.InSource
        from target in Allowed.GetValueOrDefault(project.Name, [])
        where !project.Projects.Contains(target)
        select $"{project.Path} does not refer to {target}");

    [Fact]
    public void EverySourceProject_HasATestProjectThatRefersToIt() => Report.None(
        "tests/ mirrors src/:",
        from project in ProjectFile.InSource
        let test = ProjectFile.All.SingleOrDefault(p => p.Path == $"tests/{project.Name}.Tests/{project.Name}.Tests.csproj")
        where test is null || !test.Projects.Contains(project.Name)
        select $"{project.Name} has no tests/{project.Name}.Tests that refers to it");

    [Fact]
    public void Serilog_IsReferredToByTheServerOnly() => Report.None(
        "Code logs through ILogger; only the executable chooses where logs go:",
        from project in ProjectFile.All
        from package in project.Packages
        where package.StartsWith("Serilog", StringComparison.Ordinal) && project.Name != "ClusterLog.Server"
        select $"{project.Path} refers to {package}");

    [Fact]
    public void EveryProject_IsInTheSolution()
    {
        var solution = Checkout.Read("ClusterLog.sln");
        var listed = Regex.Matches(solution, "\"([^\"]+\\.csproj)\"").Select(m => m.Groups[1].Value.Replace('\\', '/'));
        Assert.Equal(ProjectFile.All.Select(p => p.Path).Order(), listed.Order());
    }
}
