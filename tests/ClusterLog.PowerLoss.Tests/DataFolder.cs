using ClusterLog.Storage;
using ClusterLog.Storage.Disk;

namespace ClusterLog.PowerLoss.Tests;

/// <summary>A folder on the real disk, over which a machine with a cache comes and goes.</summary>
internal sealed class DataFolder : IDisposable
{
    public DataFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), "clusterlog-power-loss-" + Guid.NewGuid().ToString("n"));

    /// <summary>The machine after a loss of power, or at its first start: whatever another held in memory is gone.</summary>
    public PowerLossDisk Start(PowerLossOptions? options = null) =>
        new(new LinuxDisk(Path, WalSyncMode.None), options ?? new PowerLossOptions());

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
