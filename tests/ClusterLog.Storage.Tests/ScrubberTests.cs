using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests;

public sealed class ScrubberTests
{
    private static readonly GroupId Group = new(1);
    private readonly List<(GroupId Group, CorruptLogException Damage)> _found = [];

    [Fact]
    public void RunOnce_OverUndamagedFiles_ReadsEveryByteOnceAndThenWaits()
    {
        var machine = Written();
        var bytes = machine.Disk.Paths(".log").Sum(path => machine.Disk.ReadAll(path).Length);
        Pass(machine);
        Assert.Empty(_found);
        Assert.Equal((1, 0L), (machine.Engine.Scrubber.Passes, machine.Engine.Counters.DamageFound));
        Assert.InRange(machine.Engine.Counters.ScrubbedBytes, bytes, bytes + 1_000);
        machine.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(machine.Engine.Scrubber.RunOnce());
        machine.Time.Advance(TimeSpan.FromHours(24));
        Pass(machine);
        Assert.Equal(2, machine.Engine.Scrubber.Passes);
    }

    [Fact]
    public void RunOnce_ARateSet_ReadsNoFaster()
    {
        var machine = Written(options => options.ScrubBytesPerSecond = 4_000);
        machine.Engine.Scrubber.Found = (_, _) => { };
        while (machine.Engine.Scrubber.RunOnce())
        {
        }

        Assert.Equal(0, machine.Engine.Counters.ScrubbedBytes);
        for (var second = 1; second <= 5; second++)
        {
            machine.Time.Advance(TimeSpan.FromSeconds(1));
            while (machine.Engine.Scrubber.RunOnce())
            {
            }

            // One segment of 9 KiB is read at once, and then paid for.
            Assert.InRange(machine.Engine.Counters.ScrubbedBytes, 1, (second * 4_000) + 10_000);
        }
    }

    [Fact]
    public void RunOnce_SwitchedOff_ReadsNothing()
    {
        var machine = Written(options => options.ScrubBytesPerSecond = 0);
        machine.Engine.Scrubber.Found = (_, _) => { };
        machine.Time.Advance(TimeSpan.FromDays(2));
        Assert.False(machine.Engine.Scrubber.RunOnce());
    }

    [Fact]
    public void RunOnce_AnyByteOfASegmentFlipped_TellsTheGroup()
    {
        for (var position = 0; position < 9_000; position += 89)
        {
            var machine = Written();
            var path = machine.Disk.Paths(".log").ElementAt(1);
            machine.Disk.Flip(path, position);
            _found.Clear();
            Pass(machine);

            Assert.Equal((Group, path), (Assert.Single(_found).Group, _found[0].Damage.File));
        }
    }

    [Fact]
    public void RunOnce_DamagedOrMissingIndex_IsWrittenAnew()
    {
        var machine = Written();
        var indexes = machine.Disk.Paths(".idx").ToArray();
        var before = machine.Disk.ReadAll(indexes[0]);
        machine.Disk.Flip(indexes[0], 40);
        machine.Disk.Delete(indexes[1]);
        Pass(machine);
        machine.RunAll();
        Assert.Empty(_found);
        Assert.Equal(2, machine.Engine.Counters.DamageFound);
        Assert.Equal(before, machine.Disk.ReadAll(indexes[0]));
        Assert.Equal(indexes, machine.Disk.Paths(".idx"));
    }

    [Fact]
    public void RunOnce_DamagedCheckpoint_IsMovedAsideOrToldOfWhereTheLogBeginsBehindIt()
    {
        var machine = Written();
        var log = machine.Engine.OpenLog(Group);
        foreach (var index in new ulong[] { 4, 8 })
        {
            log.SaveCheckpoint(new RaftSnapshot(new LogIndex(index), new Term(1), (long)index, null, new byte[50]));
            machine.RunAll();
        }

        Assert.True(log.TrimTo(new LogIndex(4)));
        machine.RunAll();
        var newer = machine.Disk.Paths(Checkpoint.Extension).Last();
        machine.Disk.Flip(newer, 80);
        Pass(machine);
        machine.RunAll();
        Assert.Empty(_found);
        Assert.Equal(new LogIndex(4), log.LatestCheckpoint!.Index);
        Assert.DoesNotContain(newer, machine.Disk.Paths(""));
        machine.Disk.Flip(Assert.Single(machine.Disk.Paths(Checkpoint.Extension), path => path.StartsWith("segments", StringComparison.Ordinal)), 80);
        machine.Time.Advance(TimeSpan.FromDays(2));
        Pass(machine);
        Assert.Equal(Group, Assert.Single(_found).Group);
    }

    private void Pass(Machine machine)
    {
        machine.Engine.Scrubber.Found = (group, damage) => _found.Add((group, damage));
        var passes = machine.Engine.Scrubber.Passes;
        for (var i = 0; machine.Engine.Scrubber.Passes == passes; i++)
        {
            Assert.True(i < 1_000, "the pass does not end");
            machine.Time.Advance(TimeSpan.FromSeconds(1));
            while (machine.Engine.Scrubber.RunOnce())
            {
            }
        }
    }

    private static Machine Written(Action<StorageOptions>? configure = null)
    {
        var machine = new Machine(1, options =>
        {
            options.SegmentBytesMax = 8 << 10;
            options.SegmentFlushBytes = 1;
            configure?.Invoke(options);
        });
        var log = machine.Engine.OpenLog(Group);
        var entries = Enumerable.Range(1, 10).Select(i => Entries.Make((ulong)i, 1, i - 1, bytes: 3_000)).ToArray();
        log.Append(entries);
        machine.Engine.Submit(Submissions.Of(machine.Completion, 1, entries));
        machine.RunAll();
        log.CommitTo(new LogIndex(10));
        machine.RunAll();
        machine.Restart(powerLost: false);
        return machine;
    }
}
