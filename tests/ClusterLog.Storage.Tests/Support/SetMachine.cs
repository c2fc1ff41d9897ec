using ClusterLog.Raft;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Storage.Tests.Support;

/// <summary>A broker's directories over simulated disks, without threads.</summary>
internal sealed class SetMachine(int seed = 1)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, SimulatedDisk> _disks = [];
    private readonly Completion _completion = new();
    private readonly List<StorageEngine> _engines = [];

    /// <summary>Directories that fail to be read.</summary>
    public HashSet<string> Unreadable { get; } = [];

    public bool IsOnlyBroker { get; set; }

    /// <summary>Whether what was not synced is lost with the next start.</summary>
    public bool PowerLost { get; set; }

    /// <summary>The next start runs out of power after so many changing calls to any of the disks.</summary>
    public int? CrashAfter { get; set; }

    public SimulatedDisk DiskOf(string directory) =>
        _disks.TryGetValue(directory, out var disk) ? disk : _disks[directory] = new SimulatedDisk(_random);

    public StorageSet Open(params string[] directories) => StorageSet.Open(
        [.. directories.Select(directory => new StorageOptions
        {
            DataDirectory = directory,
            WalFileBytes = 64 << 10,
            SegmentFlushBytes = 1,
            MinFreeBytes = 0,
        })],
        IsOnlyBroker,
        _random.NextInt64,
        Open,
        NullLoggerFactory.Instance);

    /// <summary>The process has died, and comes back.</summary>
    public StorageSet Reopen(params string[] directories)
    {
        Die();
        return Open(directories);
    }

    /// <summary>The same; null where it runs out of power.</summary>
    public StorageSet? TryReopen(params string[] directories)
    {
        Die();
        var left = CrashAfter ?? int.MaxValue;
        foreach (var disk in _disks.Values)
        {
            disk.Before = (_, path) =>
            {
                if (--left <= 0)
                {
                    throw new SimulatedCrashException();
                }
            };
        }

        try
        {
            return Open(directories);
        }
        catch (SimulatedCrashException)
        {
            return null;
        }
        finally
        {
            CrashAfter = null;
            foreach (var disk in _disks.Values)
            {
                disk.Before = static (_, _) => { };
            }
        }
    }

    /// <summary>Gives a group's replica of some incarnation its first entry, durably.</summary>
    public void Write(StorageSet set, ulong group, uint incarnation)
    {
        set.OpenLog(new GroupId(group));
        WriteNext(set, group, incarnation);
    }

    /// <summary>The same for the next entry of one that is open.</summary>
    public void WriteNext(StorageSet set, ulong group, uint incarnation)
    {
        var log = set.HomeOf(new GroupId(group))!.FindLog(new GroupId(group))!;
        var entry = Entries.Make(log.LastIndex.Value + 1, 1, log.NextOffset);
        log.Append([entry]);
        var submission = Submissions.Of(
            _completion, group, new HardState(new Term(1), default, incarnation, default), entry);
        log.Storage.Submit(submission);
        RunAll(set);
        Assert.Contains(submission, _completion.Durable);
    }

    /// <summary>Turns every part until none has anything to do.</summary>
    public static void RunAll(StorageSet set)
    {
        foreach (var engine in set.Engines)
        {
            while (engine.Files.RunOnce() | engine.Lane.RunOnce() | engine.SegmentWriter.RunOnce())
            {
            }
        }
    }

    public static void Fail(StorageSet set, string directory) =>
        set.Engines.Single(engine => engine.Directory == directory).Lane.Fail(new IOException($"{directory} is broken."));

    public void Wipe(string directory)
    {
        Die();
        _disks[directory] = new SimulatedDisk(_random);
    }

    public void Copy(string from, string to) => _disks[to] = DiskOf(from);

    private StorageEngine Open(StorageOptions options)
    {
        if (Unreadable.Contains(options.DataDirectory))
        {
            throw new IOException($"{options.DataDirectory} cannot be read.");
        }

        var engine = StorageEngine.OpenByHand(
            options,
            Submissions.Identity.Renamed(_random.NextInt64()),
            DiskOf(options.DataDirectory),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        _engines.Add(engine);
        return engine;
    }

    private void Die()
    {
        foreach (var engine in _engines)
        {
            engine.Lane.Dispose();
        }

        _engines.Clear();
        foreach (var disk in _disks.Values)
        {
            disk.Restart(PowerLost);
        }
    }
}
