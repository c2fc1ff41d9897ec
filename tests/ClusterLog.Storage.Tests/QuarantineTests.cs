using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Damage;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests;

/// <summary>Damage that is found while storage is open: one group's log is made anew, and nobody else's.</summary>
public sealed class QuarantineTests
{
    private static readonly GroupId Group = new(1);
    private static readonly GroupId Other = new(2);
    private readonly Machine _machine = new(1, options =>
    {
        options.SegmentBytesMax = 8 << 10;
        options.SegmentFlushBytes = 1;
        options.ScrubBytesPerSecond = 0;
    });

    [Fact]
    public void Reopen_AfterDamageInTheMiddle_GivesTheGoodPrefixAndDisturbsNobody()
    {
        var (log, entries) = Written(Group, 12, committed: 10);
        var (other, others) = Written(Other, 5, committed: 3);
        var error = Damage(log, 7);
        Assert.False(_machine.Engine.HasLostIdentity(Group));
        _machine.Engine.Quarantine(Group, error);
        Assert.True(_machine.Engine.HasLostIdentity(Group));
        Assert.True(_machine.Engine.IsQuarantined(Group));
        var remade = Reopen();
        Assert.False(_machine.Engine.IsQuarantined(Group));
        Entries.AssertSame(entries.Take(6), ModelGroup.ReadAll(remade));
        Assert.Equal(new HardState(new Term(1), ReplicaId.None, 0, new LogIndex(6)), remade.HardState);
        Assert.Equal(GroupDamage.Of(error), _machine.Engine.DamageOf(Group));
        Assert.False(_machine.Engine.HasLostIdentity(Other));
        Assert.Contains(_machine.Disk.Paths(""), path => path.StartsWith("damaged/", StringComparison.Ordinal));

        // It goes on as another, and so does the one beside it, over a restart too.
        remade.Append(entries.AsSpan(6, 3));
        Submit(Group, new HardState(new Term(2), default, 77, new LogIndex(6)), entries[6..9]);
        remade.CommitTo(new LogIndex(8));
        _machine.RunAll();
        Assert.False(_machine.Engine.HasLostIdentity(Group));
        Entries.AssertSame(entries.Take(9), ModelGroup.ReadAll(remade));
        Entries.AssertSame(others, ModelGroup.ReadAll(other));
        _machine.Restart(powerLost: true);
        Assert.False(_machine.Engine.HasLostIdentity(Group));
        Assert.Equal(77u, _machine.Engine.IncarnationOf(Group));
        Entries.AssertSame(entries.Take(9), ModelGroup.ReadAll(_machine.Engine.OpenLog(Group)));
        Entries.AssertSame(others, ModelGroup.ReadAll(_machine.Engine.OpenLog(Other)));
    }

    [Fact]
    public void Reopen_WhatTheOldLogHadUnderWay_NeverComesBack()
    {
        var (log, entries) = Written(Group, 12, committed: 10);
        var error = Damage(log, 7);

        // Handed over and not yet written: entries to the WAL, a trim, a segment write, a checkpoint.
        Submit(Group, new HardState(new Term(9), new ReplicaId(3), 5, new LogIndex(10)), Entries.Make(13, 9, 12));
        _machine.Engine.Lane.RunOnce();
        Submit(Group, new HardState(new Term(10), new ReplicaId(3), 5, new LogIndex(10)), Entries.Make(14, 9, 13));
        log.CommitTo(new LogIndex(12));
        _machine.Engine.Quarantine(Group, error);
        log.CommitTo(new LogIndex(12));
        Assert.False(log.TrimTo(new LogIndex(12)));
        var remade = Reopen();
        Entries.AssertSame(entries.Take(6), ModelGroup.ReadAll(remade));
        Assert.Equal(5u, _machine.Engine.IncarnationOf(Group));
        for (var restart = 0; restart < 3; restart++)
        {
            _machine.Restart(powerLost: restart == 1);
            Assert.True(_machine.Engine.HasLostIdentity(Group));
            Assert.Equal(5u, _machine.Engine.IncarnationOf(Group));
            remade = _machine.Engine.OpenLog(Group);
            Entries.AssertSame(entries.Take(6), ModelGroup.ReadAll(remade));
            Assert.Equal(new HardState(new Term(1), ReplicaId.None, 5, new LogIndex(6)), remade.HardState);
            _machine.Engine.Submit(Submissions.Of(_machine.Completion, Other.Value, Entries.Make((ulong)restart + 1, 1, restart)));
            _machine.RunAll();
        }
    }

    [Fact]
    public void Quarantine_PowerLostAnywhereInTheRepair_NeverBringsTheIdentityBackOnceItWasDurable()
    {
        for (var (crash, isOver, states) = (1, false, 0); !isOver; crash++)
        {
            var machine = new Machine(crash, options =>
            {
                options.SegmentBytesMax = 8 << 10;
                options.SegmentFlushBytes = 1;
                options.ScrubBytesPerSecond = 0;
            });
            var (log, entries) = Written(machine, Group, 12, 10);
            machine.Disk.Flip(machine.Disk.Paths(".log").ElementAt(2), 300);
            var error = Assert.Throws<CorruptLogException>(() => ModelGroup.ReadAll(log));
            machine.Engine.Quarantine(Group, error);
            machine.Disk.CallsUntilCrash = crash;
            isOver = true;
            var wasDurable = false;
            try
            {
                while (!wasDurable)
                {
                    machine.Engine.SegmentWriter.RunOnce();
                    wasDurable = machine.Disk.Paths("LOST").Any();
                }

                machine.Engine.Reopen(Group, _ => { });
                machine.RunAll();
            }
            catch (SimulatedCrashException)
            {
                isOver = false;
            }

            machine.Restart(powerLost: true);
            if (wasDurable)
            {
                states++;
                Assert.True(machine.Engine.HasLostIdentity(Group), $"after {crash} calls");
                var found = ModelGroup.ReadAll(machine.Engine.OpenLog(Group));
                Entries.AssertSame(entries.Take(found.Count), found);
            }

            Assert.True(!isOver || states > 5, $"only {states} states were seen");
        }
    }

    [Fact]
    public void Reopen_OfAGroupThatWasNeverOpenedOrIsRemoved_IsNoTrouble()
    {
        var (log, entries) = Written(Group, 12, committed: 10);
        var error = Damage(log, 1);
        _machine.Restart(powerLost: false);
        _machine.Engine.Quarantine(Group, error);
        Assert.Throws<InvalidOperationException>(() => _machine.Engine.OpenLog(Group));
        var remade = Reopen();
        Assert.Equal(LogIndex.Zero, remade.LastIndex);
        Assert.True(remade.IsBlank);
        remade.Append(entries);
        Submit(Group, new HardState(new Term(1), default, 9, default), entries);
        _machine.RunAll();
        Entries.AssertSame(entries, ModelGroup.ReadAll(remade));

        PartitionLog? late = null;
        _machine.Engine.Quarantine(Group, error);
        _machine.Engine.Reopen(Group, reopened => late = reopened);
        _machine.Engine.Remove(Group);
        _machine.RunAll();
        Assert.Null(late);
        _machine.Restart(powerLost: true);
        Assert.Empty(_machine.Engine.RecoveredGroups);
        Assert.False(_machine.Engine.HasLostIdentity(Group));
    }

    [Fact]
    public void Read_FromAViewOfBeforeTheRepair_FindsNothingInsteadOfTheSameDamageAgain()
    {
        var (log, _) = Written(Group, 12, committed: 10);
        var view = log.ColdView();
        _machine.Engine.Quarantine(Group, Damage(log, 7));
        Reopen();
        Assert.Empty(view.ReadFromIndex(new LogIndex(9), new LogIndex(10), int.MaxValue));
    }

    [Fact]
    public void Reopen_DamagedBaseCheckpoint_BeginsAnewRatherThanBehindANewerOne()
    {
        var (log, _) = Written(Group, 12, committed: 10);
        foreach (var index in new ulong[] { 4, 8 })
        {
            log.SaveCheckpoint(new RaftSnapshot(new LogIndex(index), new Term(1), (long)index, null, new byte[50]));
            _machine.RunAll();
        }

        Assert.True(log.TrimTo(new LogIndex(4)));
        _machine.RunAll();
        _machine.Disk.Flip(_machine.Disk.Paths(Checkpoint.Extension).First(), 70);
        var error = Assert.Throws<CorruptLogException>(() => log.ColdView().ReadCheckpoint(log.BaseCheckpoint!));
        _machine.Engine.Quarantine(Group, error);
        var remade = Reopen();
        Assert.Equal((1ul, 0ul), (remade.FirstIndex.Value, remade.LastIndex.Value));
        _machine.Restart(powerLost: true);
        Assert.Equal(new LogIndex(1), _machine.Engine.OpenLog(Group).FirstIndex);
    }

    [Fact]
    public void Reopen_DamageBeforeACheckpoint_KeepsWhatLiesBeforeTheDamageOnly()
    {
        var (log, _) = Written(Group, 12, committed: 10);
        log.SaveCheckpoint(new RaftSnapshot(new LogIndex(8), new Term(1), 8, null, new byte[50]));
        _machine.RunAll();
        _machine.Engine.Quarantine(Group, Damage(log, 5));
        var remade = Reopen();
        Assert.Equal((1ul, 3ul), (remade.FirstIndex.Value, remade.LastIndex.Value));
    }

    private PartitionLog Reopen()
    {
        PartitionLog? remade = null;
        _machine.Engine.Reopen(Group, log => remade = log);
        _machine.RunAll();
        return remade!;
    }

    // Flips a bit in the segment that holds an index, and reads until that is found.
    private CorruptLogException Damage(PartitionLog log, ulong index)
    {
        var path = _machine.Disk.Paths(".log").Last(item => item.StartsWith("segments/1/", StringComparison.Ordinal)
            && ulong.Parse(Path.GetFileNameWithoutExtension(item), System.Globalization.CultureInfo.InvariantCulture) <= index);
        _machine.Disk.Flip(path, 300);
        return Assert.Throws<CorruptLogException>(() => ModelGroup.ReadAll(log));
    }

    private void Submit(GroupId group, HardState? state, params LogEntry[] entries) =>
        _machine.Engine.Submit(Submissions.Of(_machine.Completion, group.Value, state, entries));

    private (PartitionLog Log, LogEntry[] Entries) Written(GroupId group, int count, ulong committed) =>
        Written(_machine, group, count, committed);

    // Three to a segment.
    private static (PartitionLog Log, LogEntry[] Entries) Written(Machine machine, GroupId group, int count, ulong committed)
    {
        var entries = Enumerable.Range(1, count).Select(i => Entries.Make((ulong)i, 1, i - 1, bytes: 3_000)).ToArray();
        var log = machine.Engine.OpenLog(group);
        foreach (var entry in entries)
        {
            log.Append([entry]);
            machine.Engine.Submit(Submissions.Of(machine.Completion, group.Value, entry));
            machine.RunAll();
        }

        log.CommitTo(new LogIndex(committed));
        machine.RunAll();
        return (log, entries);
    }
}
