namespace ClusterLog.Storage.Tests.Support;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("clusterlog-storage-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
