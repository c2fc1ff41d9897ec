using ClusterLog.Raft;
using ClusterLog.Storage.Segments;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests.Compaction;

public sealed class LogCompactionTests
{
    [Fact]
    public void Rewrite_OfSealedSegments_LeavesTheLastOfEachKeyAndEveryEntry()
    {
        var (machine, log) = Make(seed: 1);
        log.Append(400, keys: 20);
        var before = SegmentBytes(machine);
        Assert.True(log.Compact());
        log.Check(log.Log.ColdView());
        Assert.InRange(SegmentBytes(machine), 1, before / 2);
        var sealedThrough = SealedThrough(machine);
        Assert.Equal(log.CountSuperseded(sealedThrough), log.CountDead());
    }

    [Fact]
    public void Rewrite_Again_ChangesNothing()
    {
        var (machine, log) = Make(seed: 2);
        log.Append(300, keys: 20);
        Assert.True(log.Compact());
        Assert.True(log.Compact());
        var files = machine.Disk.Paths(".log").ToArray();
        Assert.True(log.Compact());
        Assert.Equal(files, machine.Disk.Paths(".log"));
    }

    [Fact]
    public void Rewrite_OfSmallSegments_MergesThem()
    {
        var (machine, log) = Make(seed: 3);
        log.Append(400, keys: 5);
        Assert.True(log.Compact());
        var once = machine.Disk.Paths(".log").Count();
        Assert.True(log.Compact());
        Assert.InRange(machine.Disk.Paths(".log").Count(), 2, once - 1);
        log.Check(log.Log.ColdView());
        Assert.All(
            machine.Disk.Paths(".log").SkipLast(1), path => Assert.True(machine.Disk.Exists(Path.ChangeExtension(path, "idx"))));
    }

    [Fact]
    public void Rewrite_UnderAReader_LetsItGoOn()
    {
        var (_, log) = Make(seed: 4);
        log.Append(300, keys: 20);
        var view = log.Log.ColdView();
        Assert.True(log.Compact());
        log.Check(view);
        log.Append(200, keys: 20);
        Assert.True(log.Compact());
        log.Check(log.Log.ColdView());
    }

    [Fact]
    public void Rewrite_OfALogThatIsTrimmedMeanwhile_DoesNothingToIt()
    {
        var (machine, log) = Make(seed: 5);
        log.Append(300, keys: 20);
        var compaction = machine.Engine.CompactionOf(KeyedLog.Group, NoPace.Instance);
        var at = new LogIndex(280);
        log.Log.SaveCheckpoint(new RaftSnapshot(at, log.Log.TermAt(at)!.Value, 280 * 3, null, new byte[10]));
        machine.RunAll();
        Assert.True(log.Log.TrimTo(at));
        machine.Engine.Lane.RunOnce();
        Assert.False(log.Compact(compaction));
        machine.RunAll();
        machine.Restart(powerLost: true);
        log.Recovered();
    }

    [Fact]
    public void Rewrite_OfADamagedSegment_FailsAndLeavesIt()
    {
        var (machine, log) = Make(seed: 6);
        log.Append(300, keys: 20);
        var files = machine.Disk.Paths(".log").ToArray();
        machine.Disk.Flip(files[1], 5_000);
        Assert.Throws<CorruptLogException>(() => log.Compact());
        Assert.Equal(files, machine.Disk.Paths(".log"));
    }

    [Fact]
    public void Open_WithADamagedCompactedSegment_KeepsWhatIsBeforeIt_AndGoesOnInAnotherFile()
    {
        var (machine, log) = Make(seed: 8);
        log.Append(300, keys: 40);
        Assert.True(log.Compact());
        var second = machine.Disk.Paths(".log").ElementAt(1);
        var name = SegmentName.TryParse(Path.GetFileName(second))!.Value;
        Assert.NotEqual(0u, name.Generation);
        machine.Disk.Flip(second, 200);
        machine.Disk.Delete(Path.ChangeExtension(second, "idx"));
        machine.Restart(powerLost: false);
        Assert.True(machine.Engine.HasLostIdentity(KeyedLog.Group));
        var kept = machine.Engine.OpenLog(KeyedLog.Group);
        Assert.Equal(name.BaseIndex.Previous, kept.LastIndex);
        var entries = kept.ColdView().ReadFromIndex(kept.FirstIndex, kept.LastIndex, int.MaxValue);
        Assert.Equal(kept.LastIndex, entries[^1].Index);
    }

    [Fact]
    public void Scrub_UnderCompaction_FindsNothingWrong()
    {
        var (machine, log) = Make(seed: 9);
        log.Append(300, keys: 20);
        for (var round = 0; round < 5; round++)
        {
            // Half a pass over files that compaction then takes away.
            for (var i = 0; i < 3; i++)
            {
                machine.Engine.Scrubber.RunOnce();
                machine.Time.Advance(TimeSpan.FromSeconds(1));
            }

            log.Append(60, keys: 20);
            Assert.True(log.Compact());
        }

        Assert.Null(machine.Engine.DamageOf(KeyedLog.Group));
        log.Check(log.Log.ColdView());
    }

    [Fact]
    public void Rewrite_OnAFullDisk_FailsAndLeavesAllAsItWas()
    {
        var (machine, log) = Make(seed: 7);
        log.Append(300, keys: 20);
        machine.Disk.Capacity = machine.Disk.Capacity - machine.Disk.FreeBytes + 1_000;
        Assert.ThrowsAny<IOException>(() => log.Compact());
        Assert.Empty(machine.Disk.Paths(".tmp"));
        log.Check(log.Log.ColdView());
        machine.Disk.Capacity = 1L << 40;
        Assert.True(log.Compact());
        log.Check(log.Log.ColdView());
    }

    [Fact]
    public void Open_AfterACrashAtEachStep_FindsAllThatCounts()
    {
        var steps = 0;
        for (var isDone = false; !isDone; steps++)
        {
            for (var seed = 0; seed < 2; seed++)
            {
                isDone |= CrashAt(steps + 1, seed);
            }
        }

        Assert.InRange(steps, 20, 10_000);
    }

    // Two compactions and merges, with the power going at one call. True when it was not reached.
    private static bool CrashAt(int call, int seed)
    {
        var (machine, log) = Make(seed);
        log.Append(90, keys: 8);
        machine.Disk.CallsUntilCrash = call;
        var isDone = false;
        try
        {
            log.Compact();
            log.Compact();
            isDone = true;
        }
        catch (SimulatedCrashException)
        {
            // As wished.
        }

        machine.Restart(powerLost: (call + seed) % 5 != 0);
        try
        {
            log.Recovered();
            log.Append(30, keys: 8);
            Assert.True(log.Compact());
            log.Check(log.Log.ColdView());
            machine.Restart(powerLost: true);
            log.Recovered();
        }
        catch (Exception error)
        {
            Assert.Fail($"Seed {seed}, power gone at call {call}: {error}");
        }

        return isDone;
    }

    private static LogIndex SealedThrough(Machine machine) =>
        SegmentName.TryParse(Path.GetFileName(machine.Disk.Paths(".log").Last()))!.Value.BaseIndex.Previous;

    private static long SegmentBytes(Machine machine) =>
        machine.Disk.Paths(".log").Sum(path => (long)machine.Disk.ReadAll(path).Length);

    private static (Machine Machine, KeyedLog Log) Make(int seed)
    {
        var machine = new Machine(seed, options => options.TailBytesMax = 0);
        return (machine, new KeyedLog(machine, new Random(seed)));
    }
}
