using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests;

public sealed class CorruptionTests
{
    private static readonly GroupId Group = new(1);

    [Fact]
    public void Open_BadBlockWithALaterOneBehindIt_IsRefusedInWords()
    {
        var (machine, _) = Written(commit: 0);
        var path = machine.Disk.Paths(".wal").First();
        machine.Disk.Flip(path, 2 * 4096 + 500);
        var error = Assert.Throws<CorruptLogException>(() => machine.Restart(powerLost: true));
        Assert.Equal((path, 8192L), (error.File, error.Offset));
        Assert.Contains("the block of commit sequence 2, found a damaged one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BadLastBlock_IsDroppedAsATornTail()
    {
        var (machine, entries) = Written(commit: 0);
        machine.Disk.Flip(machine.Disk.Paths(".wal").First(), 11 * 4096 + 500);
        machine.Restart(powerLost: true);
        Entries.AssertSame(entries.Take(9), ModelGroup.ReadAll(machine.Engine.OpenLog(Group)));

        // And stays dropped, although the next file stands behind it now.
        machine.Engine.Submit(Submissions.Of(machine.Completion, 2, Entries.Make(1, 1, 0)));
        machine.RunAll();
        machine.Restart(powerLost: true);
        Entries.AssertSame(entries.Take(9), ModelGroup.ReadAll(machine.Engine.OpenLog(Group)));
    }

    [Fact]
    public void Open_LostEndOfASealedFile_IsRefused()
    {
        var (machine, _) = Written(commit: 0);
        machine.Restart(powerLost: true);
        machine.Engine.Submit(Submissions.Of(machine.Completion, 2, Entries.Make(1, 1, 0)));
        machine.RunAll();
        var path = machine.Disk.Paths(".wal").First();
        machine.Disk.Flip(path, 11 * 4096 + 500);
        var error = Assert.Throws<CorruptLogException>(() => machine.Restart(powerLost: true));
        Assert.Equal((path, 11 * 4096L), (error.File, error.Offset));
    }

    [Fact]
    public void Open_BadWalHeaderOrMissingFile_IsRefused()
    {
        var (machine, _) = Written(commit: 0);
        machine.Restart(powerLost: true);
        machine.Engine.Submit(Submissions.Of(machine.Completion, 2, Entries.Make(1, 1, 0)));
        machine.RunAll();
        var path = machine.Disk.Paths(".wal").First();
        machine.Disk.Flip(path, 17);
        Assert.Contains(
            "expected a WAL header", Assert.Throws<CorruptLogException>(() => machine.Restart(false)).Message,
            StringComparison.Ordinal);
        machine.Disk.Delete(path);
        Assert.Contains(
            "no such file", Assert.Throws<CorruptLogException>(() => machine.Restart(false)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BadEndOfTheLastSegment_IsReadFromTheWal()
    {
        var (machine, entries) = Written(commit: 9);
        var last = machine.Disk.Paths(".log").Last();
        machine.Disk.Flip(last, machine.Disk.ReadAll(last).Length - 20);
        machine.Restart(powerLost: true);
        Entries.AssertSame(entries, ModelGroup.ReadAll(machine.Engine.OpenLog(Group)));
    }

    [Fact]
    public void Open_SegmentThatEndsBeforeItsMark_IsRefused()
    {
        var (machine, _) = Written(commit: 9);
        machine.Engine.Submit(Submissions.Of(machine.Completion, 1, new HardState(new Term(2), default, 0, default)));
        machine.RunAll();
        var last = machine.Disk.Paths(".log").Last();
        machine.Disk.Flip(last, machine.Disk.ReadAll(last).Length - 20);
        var error = Assert.Throws<CorruptLogException>(() => machine.Restart(powerLost: true));
        Assert.Contains("expected synced entries up to index 9, found entries up to index", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfADamagedSealedSegment_FailsInWordsAndOpenRefusesItWithoutAnIndex()
    {
        var (machine, _) = Written(commit: 9);
        var first = machine.Disk.Paths(".log").First();
        machine.Disk.Flip(first, 300);
        machine.Restart(powerLost: false);
        var view = machine.Engine.OpenLog(Group).ColdView();
        var error = Assert.Throws<CorruptLogException>(() => view.ReadFromIndex(new LogIndex(1), new LogIndex(9), 1));
        Assert.Equal((Group, first, 48L), (error.Group, error.File, error.Offset));
        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
        machine.Disk.Delete(machine.Disk.Paths(".idx").First());
        Assert.Throws<CorruptLogException>(() => machine.Restart(powerLost: false));
    }

    [Fact]
    public void Open_DamagedOrMissingIndex_IsBuiltAgain()
    {
        var (machine, entries) = Written(commit: 9);
        var indexes = machine.Disk.Paths(".idx").ToArray();
        machine.Disk.Flip(indexes[0], 60);
        Array.ForEach(indexes[1..], machine.Disk.Delete);
        machine.Restart(powerLost: false);
        Entries.AssertSame(entries, ModelGroup.ReadAll(machine.Engine.OpenLog(Group)));
    }

    [Fact]
    public void Open_LastSegmentThatNeverHeldAnything_IsGoneBeforeTheLogGoesOnWithoutIt()
    {
        // Two entries make a segment of more than 4 KiB, and less than is needed to end it.
        var (machine, entries) = Written(commit: 2);
        var next = machine.Disk.Paths(".log").Last().Replace("01.log", "03.log", StringComparison.Ordinal);
        using (var file = machine.Disk.Open(next, FileUse.Create))
        {
            file.WriteAt(0, new byte[64]);
        }

        machine.Restart(powerLost: false);
        Assert.DoesNotContain(next, machine.Disk.Paths(".log"));
        machine.Engine.OpenLog(Group).CommitTo(new LogIndex(10));
        machine.RunAll();
        machine.Restart(powerLost: true);
        Entries.AssertSame(entries, ModelGroup.ReadAll(machine.Engine.OpenLog(Group)));
    }

    // Ten entries, each in a block of one page behind the header and the head: entry i stands in page i + 1.
    private static (Machine Machine, LogEntry[] Entries) Written(ulong commit)
    {
        var machine = new Machine(1, options =>
        {
            options.SegmentBytesMax = 8 << 10;
            options.SegmentFlushBytes = 1;
        });
        var entries = Enumerable.Range(1, 10).Select(i => Entries.Make((ulong)i, 1, i - 1, bytes: 3_000)).ToArray();
        var log = machine.Engine.OpenLog(Group);
        foreach (var entry in entries)
        {
            log.Append([entry]);
            machine.Engine.Submit(Submissions.Of(machine.Completion, 1, entry));
            machine.RunAll();
        }

        log.CommitTo(new LogIndex(commit));
        machine.RunAll();
        return (machine, entries);
    }
}
