using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Storage.Tests.Support;

/// <summary>An engine over a simulated disk, driven by hand.</summary>
internal sealed class Machine
{
    public Machine(int seed, Action<StorageOptions>? configure = null)
    {
        Random = new Random(seed);
        Disk = new SimulatedDisk(Random);
        Options = new StorageOptions
        {
            DataDirectory = "/simulated",
            WalFileBytes = 64 << 10,
            SegmentBytesMax = 16 << 10,
            SegmentFlushBytes = 4 << 10,
            TailBytesMax = 32 << 10,
            MinFreeBytes = 0,
        };
        configure?.Invoke(Options);
        Engine = Open();
    }

    public Random Random { get; }

    public SimulatedDisk Disk { get; }

    public ManualTime Time { get; } = new();

    public StorageOptions Options { get; }

    public StorageEngine Engine { get; private set; }

    public Completion Completion { get; private set; } = new();

    public void Restart(bool powerLost)
    {
        Disk.Restart(powerLost);
        Reopen();
    }

    /// <summary>Leaves the old engine as a crash leaves it, and opens a new one.</summary>
    public void Reopen()
    {
        Engine.Lane.Dispose();
        Completion = new Completion();
        Engine = Open();
    }

    /// <summary>Turns every part until none has anything to do.</summary>
    public void RunAll()
    {
        for (var turns = 0; Engine.Files.RunOnce() | Engine.Lane.RunOnce() | Engine.SegmentWriter.RunOnce() | Engine.Scrubber.RunOnce(); turns++)
        {
            Assert.True(turns < 10_000, "storage does not come to rest");
        }
    }

    private StorageEngine Open() =>
        StorageEngine.OpenByHand(Options, Submissions.Identity, Disk, Time, NullLoggerFactory.Instance);
}
