using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests;

public sealed class WalLaneTests
{
    [Fact]
    public void RunOnce_SubmissionsDuringASync_AreTheNextWrite()
    {
        var machine = Start();
        var first = Submissions.Of(machine.Completion, 1, Entries.Make(1, 1, 0));
        var others = Enumerable.Range(2, 20).Select(i => Submissions.Of(machine.Completion, (ulong)i, Entries.Make(1, 1, 0)))
            .ToArray();
        var isStalled = false;
        machine.Disk.Before = (what, path) =>
        {
            if (path.EndsWith(".wal", StringComparison.Ordinal) && !isStalled)
            {
                isStalled = true;
                Array.ForEach(others, machine.Engine.Submit);
            }
        };
        var writes = machine.Engine.Counters.WalWrites;
        machine.Engine.Submit(first);
        Assert.True(machine.Engine.Lane.RunOnce());
        Assert.Equal([first], machine.Completion.Durable);
        Assert.True(machine.Engine.Lane.RunOnce());
        Assert.Equal([first, .. others], machine.Completion.Durable);
        Assert.Equal(writes + 2, machine.Engine.Counters.WalWrites);
        Assert.Equal(0, machine.Engine.Counters.WalQueueBytes);
    }

    [Fact]
    public void RunOnce_EntryNearlyAsLargeAsTheFile_IsWrittenAndRecovered()
    {
        var machine = new Machine(1, options => options.WalFileBytes = 16 << 20);
        var large = Entries.Make(1, 1, 0, bytes: 9 << 20);
        var small = Entries.Make(2, 1, 1);
        machine.Engine.OpenLog(new GroupId(1)).Append([large, small]);
        machine.Engine.Submit(Submissions.Of(machine.Completion, 1, large, small));
        machine.RunAll();
        Assert.Single(machine.Completion.Durable);
        machine.Restart(powerLost: true);
        Entries.AssertSame([large, small], ModelGroup.ReadAll(machine.Engine.OpenLog(new GroupId(1))));
    }

    [Fact]
    public void RunOnce_EntryThatNoFileHolds_FailsInWords()
    {
        var machine = Start();
        machine.Engine.Submit(Submissions.Of(machine.Completion, 1, Entries.Make(1, 1, 0, bytes: 70_000)));
        machine.RunAll();
        Assert.Equal(StorageState.Failed, machine.Engine.State);
        var (_, error) = Assert.Single(machine.Completion.Failed);
        Assert.Contains("does not fit into an empty WAL file of 65536 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("sync")]
    public void RunOnce_AfterAFailedWriteOrSync_FailsAllThatWaitsAndAllThatComes(string what)
    {
        var machine = Start();
        machine.Disk.Before = (call, path) =>
        {
            if (path.EndsWith(".wal", StringComparison.Ordinal))
            {
                throw new IOException($"simulated failure of {what}");
            }
        };
        var submissions = Enumerable.Range(1, 3).Select(i => Submissions.Of(machine.Completion, 1, Entries.Make((ulong)i, 1, i)))
            .ToArray();
        machine.Engine.Submit(submissions[0]);
        machine.Engine.Submit(submissions[1]);
        machine.Engine.Lane.RunOnce();
        machine.Disk.Before = (_, _) => { };
        machine.Engine.Submit(submissions[2]);
        machine.Engine.Lane.RunOnce();
        Assert.Empty(machine.Completion.Durable);
        Assert.Equal(submissions, machine.Completion.Failed.Select(item => item.Submission));
        Assert.Equal(StorageState.Failed, machine.Engine.State);
        Assert.Contains("simulated failure", machine.Engine.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RunOnce_DiskFull_HoldsTheQueueAndGoesOnWhenThereIsRoom()
    {
        var machine = new Machine(1, options => options.MinFreeBytes = 8192);
        machine.Disk.Capacity = 400 << 10;
        var log = machine.Engine.OpenLog(new GroupId(1));
        var entries = Enumerable.Range(1, 60).Select(i => Entries.Make((ulong)i, 1, i - 1, bytes: 20_000)).ToArray();
        foreach (var entry in entries)
        {
            log.Append([entry]);
            machine.Engine.Submit(Submissions.Of(machine.Completion, 1, entry));
            machine.RunAll();
        }

        Assert.Equal(StorageState.Full, machine.Engine.State);
        Assert.Empty(machine.Completion.Failed);
        Assert.InRange(machine.Completion.Durable.Count, 1, 40);
        machine.Disk.Capacity = 100 << 20;
        machine.Time.Advance(TimeSpan.FromSeconds(2));
        machine.RunAll();
        Assert.Equal(StorageState.Ok, machine.Engine.State);
        Assert.Equal(60, machine.Completion.Durable.Count);
        machine.Restart(powerLost: true);
        Entries.AssertSame(entries, ModelGroup.ReadAll(machine.Engine.OpenLog(new GroupId(1))));
    }

    [Fact]
    public void SegmentWriter_DiskFull_KeepsEverythingAndGoesOnInANewFile()
    {
        var machine = Start();
        var log = machine.Engine.OpenLog(new GroupId(1));
        var entries = Enumerable.Range(1, 12).Select(i => Entries.Make((ulong)i, 1, i - 1, bytes: 2_000)).ToArray();
        log.Append(entries);
        machine.Engine.Submit(Submissions.Of(machine.Completion, 1, entries));
        log.CommitTo(new LogIndex(4));
        machine.RunAll();
        Assert.Equal(new LogIndex(4), log.ColdView().LastIndex);
        machine.Disk.Capacity = 1L << 40;
        machine.Disk.Capacity = (1L << 40) - machine.Disk.FreeBytes + 3_000;
        log.CommitTo(new LogIndex(12));
        machine.RunAll();
        Assert.Equal(new LogIndex(4), log.ColdView().LastIndex);
        machine.Disk.Capacity = 1L << 40;
        machine.Time.Advance(TimeSpan.FromSeconds(2));
        machine.RunAll();
        Assert.Equal(new LogIndex(12), log.ColdView().LastIndex);
        Assert.Contains("segments/1/00000000000000000005.log", machine.Disk.Paths(".log"));
        machine.Restart(powerLost: true);
        Entries.AssertSame(entries, ModelGroup.ReadAll(machine.Engine.OpenLog(new GroupId(1))));
    }

    [Fact]
    public void Release_OfFilesThatAreInSegments_BoundsTheWal()
    {
        var machine = Start();
        var log = machine.Engine.OpenLog(new GroupId(1));
        for (var i = 1; i <= 400; i++)
        {
            var entry = Entries.Make((ulong)i, 1, i - 1, bytes: 4_000);
            log.Append([entry]);
            machine.Engine.Submit(Submissions.Of(machine.Completion, 1, entry));
            log.CommitTo(entry.Index);
            machine.RunAll();
        }

        Assert.Equal(400, machine.Completion.Durable.Count);
        Assert.InRange(machine.Engine.Counters.WalFiles, 1, 3);
        Assert.InRange(machine.Disk.Paths(".wal").Count() + machine.Disk.Paths(".free").Count(), 1, 6);
        Assert.InRange(machine.Engine.Counters.TailBytes, 0, machine.Options.TailBytesMax + 5_000);
    }

    private static Machine Start()
    {
        var machine = new Machine(1);
        machine.Engine.Submit(Submissions.Of(new Completion(), 99, new HardState(new Term(1), default, 0, default)));
        machine.RunAll();
        return machine;
    }
}
