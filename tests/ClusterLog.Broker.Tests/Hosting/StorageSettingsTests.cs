using ClusterLog.Broker.Hosting;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Tests.Hosting;

public sealed class StorageSettingsTests
{
    [Fact]
    public void ToStorageOptions_Defaults_AreStoragesOwn()
    {
        var options = new StorageSettings().ToStorageOptions("data");
        var defaults = new StorageOptions { DataDirectory = "data" };

        Assert.Empty(options.Validate());
        foreach (var property in typeof(StorageOptions).GetProperties())
        {
            Assert.Equal((property.Name, property.GetValue(defaults)), (property.Name, property.GetValue(options)));
        }
    }

    [Fact]
    public void ToStorageOptions_EverythingSet_LosesNothing()
    {
        var settings = new StorageSettings
        {
            WalFileBytes = 32 << 20,
            WalSpareFilesMax = 5,
            WalSync = WalSync.Fdatasync,
            UnsyncedBytesMax = 1 << 15,
            UnsyncedTimeMax = TimeSpan.FromMilliseconds(7),
            SegmentBytesMax = 1 << 20,
            SegmentFilesOpenMax = 9,
            SegmentFlushBytes = 1 << 16,
            SegmentFlushInterval = TimeSpan.FromSeconds(1),
            TailBytesMax = 1 << 24,
            MinFreeBytes = 1 << 25,
            ScrubBytesPerSecond = 1 << 18,
            ScrubInterval = TimeSpan.FromHours(3),
            DamagedBytesMax = 1 << 17,
            DamagedFilesMax = 11,
        };

        var options = settings.ToStorageOptions("data");

        Assert.Equal(
            (32L << 20, 5, WalSyncMode.Fdatasync, 1 << 15, TimeSpan.FromMilliseconds(7), 1L << 20, 9, 1 << 16, TimeSpan.FromSeconds(1), 1L << 24, 1L << 25,
                "data"),
            (options.WalFileBytes, options.WalSpareFilesMax, options.WalSyncMode, options.UnsyncedBytesMax,
                options.UnsyncedTimeMax, options.SegmentBytesMax,
                options.SegmentFilesOpenMax, options.SegmentFlushBytes, options.SegmentFlushInterval, options.TailBytesMax, options.MinFreeBytes,
                options.DataDirectory));
        Assert.Equal(
            (1L << 18, TimeSpan.FromHours(3), 1L << 17, 11),
            (options.ScrubBytesPerSecond, options.ScrubInterval, options.DamagedBytesMax, options.DamagedFilesMax));
    }
}
