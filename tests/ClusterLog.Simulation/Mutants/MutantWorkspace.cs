using System.Xml.Linq;

namespace ClusterLog.Simulation.Mutants;

/// <summary>
/// A copy of what the simulator is built from, in a temporary folder. One patch at a time is applied to it and taken
/// back, so that each build compiles only what the patch has changed.
/// </summary>
internal sealed class MutantWorkspace : IDisposable
{
    private const string Simulator = "tests/ClusterLog.Simulation/ClusterLog.Simulation.csproj";

    private static readonly TimeSpan GitDurationMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BuildDurationMax = TimeSpan.FromMinutes(15);

    private readonly string _folder;
    private string? _control;

    /// <summary>Copies the sources of the simulator, and of all that it refers to, from a checkout.</summary>
    public MutantWorkspace(string root)
    {
        _folder = Directory.CreateTempSubdirectory("clusterlog-mutants-").FullName;
        foreach (var file in Directory.GetFiles(root))
        {
            CopyFile(root, file);
        }

        CopyFile(root, Path.Combine(root, "tests", "Directory.Build.props"));
        foreach (var project in ProjectsOf(root))
        {
            CopyFolder(root, Path.GetDirectoryName(project)!);
        }
    }

    /// <summary>Builds the simulator from the sources as they are; returns the folder of a program of its own.</summary>
    /// <exception cref="MutantException">They do not build.</exception>
    public async Task<string> BuildControlAsync()
    {
        await BuildAsync("the simulator", Simulator, []);
        return _control = CopyProgram(Path.Combine(_folder, "tests", "ClusterLog.Simulation", "bin", "Release"), "control");
    }

    /// <summary>
    /// Builds the projects that an applied patch has changed, and puts them into a copy of the control program. What refers
    /// to them is not built again: a patch changes what methods do, not what they are.
    /// </summary>
    /// <exception cref="MutantException">They do not build.</exception>
    public async Task<string> BuildMutantAsync(Mutant mutant)
    {
        var program = CopyProgram(_control!, mutant.Name);
        foreach (var project in mutant.Projects)
        {
            await BuildAsync(mutant.Name, $"{project}/{Path.GetFileName(project)}.csproj", ["--no-dependencies", "--no-restore"]);
            var built = Path.Combine(_folder, project, "bin", "Release");
            var library = Directory.GetFiles(built, $"{Path.GetFileName(project)}.dll", SearchOption.AllDirectories)[0];
            File.Copy(library, Path.Combine(program, Path.GetFileName(library)), overwrite: true);
        }

        return program;
    }

    /// <exception cref="MutantException">The patch does not fit the sources.</exception>
    public Task ApplyAsync(Mutant mutant) => GitApplyAsync(mutant, []);

    /// <summary>Takes a patch back that was applied before.</summary>
    public Task RevertAsync(Mutant mutant) => GitApplyAsync(mutant, ["-R"]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task BuildAsync(string name, string project, string[] options)
    {
        var (exitCode, output) = await Command.RunAsync(
            _folder,
            BuildDurationMax,
            "dotnet",
            [
                "build", project, "-c", "Release", "-v", "quiet", "-p:RunAnalyzers=false",
                "-p:EnforceCodeStyleInBuild=false", "-p:TreatWarningsAsErrors=false", .. options,
            ]);
        if (exitCode != 0)
        {
            throw new MutantException($"{name} does not build:\n{LastLines(output)}");
        }
    }

    private string CopyProgram(string from, string name)
    {
        var copy = Directory.CreateDirectory(Path.Combine(_folder, "built", name)).FullName;
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
        }

        return copy;
    }

    private async Task GitApplyAsync(Mutant mutant, string[] options)
    {
        var (exitCode, output) = await Command.RunAsync(
            _folder, GitDurationMax, "git", ["apply", .. options, Path.GetFullPath(mutant.Path)]);
        if (exitCode != 0)
        {
            throw new MutantException($"{mutant.Name} does not fit the sources:\n{LastLines(output)}");
        }
    }

    private static HashSet<string> ProjectsOf(string root)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>([Path.GetFullPath(Path.Combine(root, Simulator))]);
        while (waiting.TryDequeue(out var project))
        {
            if (found.Add(project))
            {
                foreach (var reference in XDocument.Load(project).Descendants("ProjectReference"))
                {
                    var target = reference.Attribute("Include")!.Value.Replace('\\', '/');
                    waiting.Enqueue(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, target)));
                }
            }
        }

        return found;
    }

    private void CopyFolder(string root, string folder)
    {
        foreach (var file in Directory.GetFiles(folder))
        {
            CopyFile(root, file);
        }

        foreach (var inner in Directory.GetDirectories(folder))
        {
            if (Path.GetFileName(inner) is not ("bin" or "obj"))
            {
                CopyFolder(root, inner);
            }
        }
    }

    private void CopyFile(string root, string file)
    {
        var target = Path.Combine(_folder, Path.GetRelativePath(root, file));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(file, target);
    }

    private static string LastLines(string text) => string.Join('\n', text.TrimEnd().Split('\n').TakeLast(20));
}
