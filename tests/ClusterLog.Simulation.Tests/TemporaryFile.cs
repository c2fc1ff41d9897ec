namespace ClusterLog.Simulation.Tests;

/// <summary>A file with some text, gone when disposed.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clusterlog-").FullName;

    public TemporaryFile(string text, string name = "file")
    {
        Path = System.IO.Path.Combine(_folder, name);
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    /// <summary>Writes another file beside it.</summary>
    public void AddBeside(string name, string text) => File.WriteAllText(System.IO.Path.Combine(_folder, name), text);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
