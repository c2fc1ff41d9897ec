using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests;

public sealed class CorruptionTests
{
    private static readonly GroupId Group = new(1);

    [Fact]
    public void Open_BadBlockWithALaterOneBehindIt_CostsAllGroupsTheirIdentity()
    {
        var (machine, entries) = Written(commit: 4);
        var path = machine.Disk.Paths(".wal").First();
        machine.Disk.Flip(path, 2 * 4096 + 500);
        var id = machine.Engine.DirectoryId;
        machine.Restart(powerLost: true);
        var damage = machine.Engine.DamageOf(Group)!;
        Assert.Equal((path, 8192L), (damage.File, damage.Position));
        Assert.Equal(("the block of commit sequence 2", true), (damage.Expected, damage.Found.StartsWith("a damaged one", StringComparison.Ordinal)));
        Assert.True(machine.Engine.HasLostIdentity(GroupId.Metadata));
        Assert.NotEqual(id, machine.Engine.DirectoryId);
        var log = machine.Engine.OpenLog(Group);
        Entries.AssertSame(entries.Take(4), ModelGroup.ReadAll(log));
        Assert.Equal(new HardState(new Term(1), ReplicaId.None, 0, new LogIndex(4)), log.HardState);
        Assert.DoesNotContain(path, machine.Disk.Paths(".wal").Where(item => item.StartsWith("wal/", StringComparison.Ordinal)));

        // And so it stays until there is another identity.
        id = machine.Engine.DirectoryId;
        machine.RunAll();
        machine.Restart(powerLost: true);
        Assert.True(machine.Engine.HasLostIdentity(Group));
        Assert.Equal(id, machine.Engine.DirectoryId);
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
    public void Open_LostEndOfASealedFile_IsDamage()
    {
        var (machine, _) = Written(commit: 0);
        machine.Restart(powerLost: true);
        machine.Engine.Submit(Submissions.Of(machine.Completion, 2, Entries.Make(1, 1, 0)));
        machine.RunAll();
        var path = machine.Disk.Paths(".wal").First();
        machine.Disk.Flip(path, 11 * 4096 + 500);
        machine.Restart(powerLost: true);
        var damage = machine.Engine.DamageOf(new GroupId(2))!;
        Assert.Equal((path, 11 * 4096L), (damage.File, damage.Position));
        Assert.True(machine.Engine.IsBlank(Group));
        Assert.True(machine.Engine.HasLostIdentity(Group));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_BadWalHeaderOrMissingFile_IsDamage(bool isMissing)
    {
        var (machine, _) = Written(commit: 0);
        machine.Restart(powerLost: true);
        machine.Engine.Submit(Submissions.Of(machine.Completion, 2, Entries.Make(1, 1, 0)));
        machine.RunAll();
        var path = machine.Disk.Paths(".wal").First();
        if (isMissing)
        {
            machine.Disk.Delete(path);
        }
        else
        {
            machine.Disk.Flip(path, 17);
        }

        machine.Restart(powerLost: false);
        var damage = machine.Engine.DamageOf(Group)!;
        Assert.Equal(path, damage.File);
        Assert.Equal(isMissing ? "no such file" : "a damaged one", damage.Found);
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
    public void Open_SegmentThatEndsBeforeItsMark_CostsThatGroupItsIdentityAndNoOther()
    {
        var (machine, entries) = Written(commit: 9);
        machine.Engine.Submit(Submissions.Of(machine.Completion, 2, Entries.Make(1, 1, 0)));
        machine.Engine.Submit(Submissions.Of(machine.Completion, 1, new HardState(new Term(2), new ReplicaId(3), 0, default)));
        machine.RunAll();
        var last = machine.Disk.Paths(".log").Last();
        machine.Disk.Flip(last, machine.Disk.ReadAll(last).Length - 20);
        var id = machine.Engine.DirectoryId;
        machine.Restart(powerLost: true);
        Assert.Equal("synced entries up to index 9", machine.Engine.DamageOf(Group)!.Expected);
        Assert.False(machine.Engine.HasLostIdentity(new GroupId(2)));
        Assert.Equal(id, machine.Engine.DirectoryId);
        var log = machine.Engine.OpenLog(Group);
        Entries.AssertSame(entries.Take(8), ModelGroup.ReadAll(log));
        Assert.Equal(new HardState(new Term(1), ReplicaId.None, 0, new LogIndex(8)), log.HardState);
        Entries.AssertSame(Entries.Make(1, 1, 0), Assert.Single(ModelGroup.ReadAll(machine.Engine.OpenLog(new GroupId(2)))));
    }

    [Fact]
    public void Open_AfterAGroupHasComeBackAsAnother_HasForgottenTheDamage()
    {
        var (machine, entries) = Written(commit: 9);
        machine.Disk.Flip(machine.Disk.Paths(".log").First(), 300);
        Array.ForEach(machine.Disk.Paths(".idx").ToArray(), machine.Disk.Delete);
        machine.Restart(powerLost: false);
        Assert.True(machine.Engine.HasLostIdentity(Group));
        var log = machine.Engine.OpenLog(Group);
        Assert.Equal(LogIndex.Zero, log.LastIndex);
        log.Append(entries.AsSpan(0, 3));
        machine.Engine.Submit(Submissions.Of(machine.Completion, 1, new HardState(new Term(4), default, 0, default), entries[..2]));
        machine.RunAll();
        Assert.True(machine.Engine.HasLostIdentity(Group));
        machine.Engine.Submit(Submissions.Of(machine.Completion, 1, new HardState(new Term(4), default, 12, default), entries[2]));
        machine.RunAll();
        Assert.False(machine.Engine.HasLostIdentity(Group));
        machine.Restart(powerLost: true);
        Assert.False(machine.Engine.HasLostIdentity(Group));
        Assert.Equal(12u, machine.Engine.IncarnationOf(Group));
        Assert.DoesNotContain("LOST", machine.Disk.Paths(""));
        Entries.AssertSame(entries.Take(3), ModelGroup.ReadAll(machine.Engine.OpenLog(Group)));
    }

    [Fact]
    public void Open_PowerLostAnywhereInARepair_NeverBringsTheIdentityBack()
    {
        for (var (crash, isOver) = (1, false); !isOver; crash++)
        {
            foreach (var file in new[] { ".log", ".wal", "IDENTITY" })
            {
                var (machine, entries) = Written(commit: 9);
                machine.RunAll();
                machine.Disk.Flip(machine.Disk.Paths(file).First(), file == ".wal" ? 9000 : 80);
                Array.ForEach(machine.Disk.Paths(".idx").ToArray(), machine.Disk.Delete);
                machine.Disk.SyncDirectory("segments/1");
                machine.Disk.Restart(powerLost: true);
                machine.Disk.CallsUntilCrash = crash;
                try
                {
                    machine.Reopen();
                    isOver = file == "IDENTITY";
                }
                catch (SimulatedCrashException)
                {
                    isOver = false;
                }

                machine.Restart(powerLost: true);
                Assert.True(machine.Engine.HasLostIdentity(Group), $"after {crash} calls, {file}");
                var found = ModelGroup.ReadAll(machine.Engine.OpenLog(Group));
                Entries.AssertSame(entries.Take(found.Count), found);
            }
        }
    }

    [Fact]
    public void Open_DamagedIdentityOrLostFile_CostsAllGroupsTheirsAndGivesTheDirectoryAnotherId()
    {
        var (machine, entries) = Written(commit: 9);
        var id = machine.Engine.DirectoryId;
        machine.Disk.Flip("IDENTITY", 5);
        machine.Restart(powerLost: true);
        Assert.Equal("IDENTITY", machine.Engine.DamageOf(Group)!.File);
        Assert.NotEqual(id, machine.Engine.DirectoryId);
        Entries.AssertSame(entries.Take(9), ModelGroup.ReadAll(machine.Engine.OpenLog(Group)));
        id = machine.Engine.DirectoryId;
        machine.Disk.Flip("LOST", 60);
        machine.Restart(powerLost: true);
        Assert.Equal("LOST", machine.Engine.DamageOf(Group)!.File);
        Assert.NotEqual(id, machine.Engine.DirectoryId);
        Entries.AssertSame(entries.Take(9), ModelGroup.ReadAll(machine.Engine.OpenLog(Group)));
    }

    [Fact]
    public void Read_OfADamagedSealedSegment_FailsInWordsAndOpenFindsItWithoutAnIndex()
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
        machine.Restart(powerLost: false);
        Assert.Equal((first, 48L), (machine.Engine.DamageOf(Group)!.File, machine.Engine.DamageOf(Group)!.Position));
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
