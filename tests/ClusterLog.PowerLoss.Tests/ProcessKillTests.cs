using System.Diagnostics;
using ClusterLog.Storage.Disk;

namespace ClusterLog.PowerLoss.Tests;

/// <summary>A real process over a real disk, killed with -9.</summary>
public sealed class ProcessKillTests
{
    private const string FolderVariable = "CLUSTERLOG_TEST_POWER_LOSS_FOLDER";
    private const string Written = "all is written";

    [Fact]
    public async Task Kill_LosesWhatWasNotSynced_AndNothingElse()
    {
        using var folder = new DataFolder();
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, ["-method", "*.ChildWritesAndWaits", "-explicit", "only", "-showLiveOutput"])
        {
            Environment = { [FolderVariable] = folder.Path },
            RedirectStandardOutput = true,
        };
        using var child = Process.Start(start)!;
        var output = "";
        while (!output.Contains(Written, StringComparison.Ordinal))
        {
            var line = await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.True(line is not null, $"the child ended by itself: {output}");
            output += line + "\n";
        }

        child.Kill();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        var disk = folder.Start();
        Assert.Equal([1, 2, 3], disk.ReadAll("synced"));
        Assert.Equal(4096, disk.ReadAll("wal").Length);
        Assert.False(disk.Exists("nameless"));
        Assert.False(disk.Exists("renamed"));
    }

    [Fact(Explicit = true)]
    public void ChildWritesAndWaits()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "Runs only as the child of the test above.");
        var disk = new PowerLossDisk(
            new LinuxDisk(folder, Storage.WalSyncMode.Auto), new PowerLossOptions());
        disk.Save("synced", [1, 2, 3]);
        disk.Save("wal", []);
        using var synced = disk.Open("synced", FileUse.Write);
        synced.WriteAt(0, [9]);
        using var nameless = disk.Open("nameless", FileUse.Create);
        nameless.WriteAt(0, [9]);
        nameless.Sync();
        disk.Rename("synced", "renamed");
        using var wal = disk.Open("wal", FileUse.WalDirect);
        using var page = new AlignedBuffer(4096);
        wal.WriteAt(0, page.Span);
        Console.WriteLine(Written);
        Thread.Sleep(Timeout.Infinite);
    }
}
