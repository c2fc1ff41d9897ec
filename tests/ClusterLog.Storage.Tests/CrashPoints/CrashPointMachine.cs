using ClusterLog.Disks;
using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Storage.Tests.CrashPoints;

/// <summary>Opens storage over what a crash has left, with files so small that everything happens all the time.</summary>
internal static class CrashPointMachine
{
    /// <summary>The start of the machine at which a workload runs.</summary>
    public const string BootId = "before the loss of power";

    private static readonly StorageOptions Options = new()
    {
        DataDirectory = "/simulated",
        WalFileBytes = 64 << 10,
        WalSpareFilesMax = 1,
        SegmentBytesMax = 4 << 10,
        SegmentFlushBytes = 1 << 10,
        TailBytesMax = 4 << 10,
        MinFreeBytes = 0,
        UnsyncedBytesMax = 24 << 10,
    };

    public static StorageEngine Open(IStorageDisk disk, ManualTime time) =>
        StorageEngine.OpenByHand(Options, Submissions.Identity, disk, time, NullLoggerFactory.Instance);

    /// <summary>Turns every part until none has anything to do.</summary>
    public static void RunAll(StorageEngine engine)
    {
        for (var turns = 0; engine.Files.RunOnce() | engine.Lane.RunOnce() | engine.SegmentWriter.RunOnce(); turns++)
        {
            Assert.True(turns < 10_000, "storage does not come to rest");
        }
    }

    /// <summary>Recovers what a crash has left, checks it, goes on with it, and opens it again.</summary>
    public static void Check(DiskImage image, Expectation expected, bool powerLost, bool goesOn)
    {
        var disk = new MemoryDisk(image, powerLost ? "after the loss of power" : BootId);
        var time = new ManualTime();
        var engine = Open(disk, time);
        var logs = CheckFound(engine, expected, powerLost);
        if (goesOn && logs.Count > 0)
        {
            var hardStates = GoOn(engine, logs);
            engine.Lane.Dispose();
            engine = Open(disk, time);
            foreach (var (before, hardState) in hardStates)
            {
                var log = engine.OpenLog(before.Group);
                Assert.Equal(
                    (before.FirstIndex, before.LastIndex, before.LastTerm, before.NextOffset, hardState.Term),
                    (log.FirstIndex, log.LastIndex, log.LastTerm, log.NextOffset, log.HardState.Term));
            }
        }

        engine.Lane.Dispose();
    }

    private static List<PartitionLog> CheckFound(StorageEngine engine, Expectation expected, bool powerLost)
    {
        // No crash is damage.
        Assert.Equal(0, engine.LostIdentities);
        var found = engine.RecoveredGroups.ToHashSet();
        Assert.Empty(found.Intersect(expected.Gone));
        Assert.Equal(Submissions.Identity.DirectoryId, engine.DirectoryId);
        foreach (var group in found)
        {
            // A loss of power is no damage: it must never cost a replica its identity.
            Assert.True(engine.DamageOf(group) is null, $"group {group} is called damaged: {engine.DamageOf(group)}");
            Assert.False(engine.HasLostIdentity(group), $"group {group} is said to have lost its identity");
        }

        Assert.Empty(found.Except(expected.Groups.Select(item => item.Group.Id)));
        var logs = new List<PartitionLog>();
        foreach (var (group, moment) in expected.Groups)
        {
            // Nobody was told that a removal is durable: until it is known to be, either is right.
            if (expected.Gone.Contains(group.Id) || (moment.IsRemoved && !found.Contains(group.Id)))
            {
                continue;
            }

            logs.Add(engine.OpenLog(group.Id));
            group.Check(logs[^1], moment, powerLost);
        }

        return logs;
    }

    private static List<(PartitionLog Log, HardState HardState)> GoOn(StorageEngine engine, List<PartitionLog> logs)
    {
        var completion = new Completion();
        var submission = new WalSubmission(completion);
        var hardStates = new List<(PartitionLog, HardState)>();
        foreach (var log in logs)
        {
            var term = Math.Max(log.HardState.Term.Value, log.LastTerm.Value) + 1;
            var entry = Entries.Make(log.LastIndex.Value + 1, term, log.NextOffset, bytes: 40);
            log.Append([entry]);
            var hardState = log.HardState with { Term = new Term(term), Vote = default };
            submission.Add(new GroupWrite(log.Group, hardState, [entry], default, null));
            hardStates.Add((log, hardState));
        }

        engine.Submit(submission);
        RunAll(engine);
        Assert.Empty(completion.Failed);
        Assert.Single(completion.Durable);
        foreach (var log in logs)
        {
            log.CommitTo(log.LastIndex);
        }

        RunAll(engine);
        return hardStates;
    }
}
