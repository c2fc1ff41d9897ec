using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests;

/// <summary>Where a log begins: checkpoints, trims, installed snapshots, and what damage to them comes to.</summary>
public sealed class CheckpointTests
{
    private static readonly GroupId Group = new(1);
    private readonly Machine _machine = new(1, Small);

    [Fact]
    public void SaveCheckpoint_BeforeSegmentsReachIt_WaitsForThem()
    {
        var machine = new Machine(1, options => options.SegmentFlushBytes = 1 << 20);
        var log = machine.Engine.OpenLog(Group);
        Append(machine, log, 1, 10);
        log.CommitTo(new LogIndex(8));
        machine.RunAll();
        Assert.Equal(LogIndex.Zero, log.ColdView().LastIndex);
        log.SaveCheckpoint(SnapshotAt(8, null));
        machine.RunAll();
        Assert.Equal(new LogIndex(8), log.ColdView().LastIndex);
        Assert.Equal(new LogIndex(8), log.LatestCheckpoint!.Index);
        Assert.Throws<InvalidOperationException>(() => log.SaveCheckpoint(SnapshotAt(9, null)));
    }

    [Fact]
    public void SaveCheckpoint_Often_KeepsTheOldestAndTheNewestBesideTheBase()
    {
        var log = Written();
        foreach (var index in new ulong[] { 2, 3, 4, 5, 6 })
        {
            log.SaveCheckpoint(SnapshotAt(index, null));
            _machine.RunAll();
            if (index == 3)
            {
                Assert.True(log.TrimTo(new LogIndex(3)));
                _machine.RunAll();
            }
        }

        Assert.Equal([3ul, 4, 6], Checkpoints());
        Assert.Equal(new LogIndex(3), log.BaseCheckpoint!.Index);
    }

    [Fact]
    public void TrimTo_ADurableCheckpoint_DeletesWhatIsOlderAndSurvivesARestart()
    {
        var log = Written();
        Assert.False(log.TrimTo(new LogIndex(9)));
        log.SaveCheckpoint(SnapshotAt(5, null));
        _machine.RunAll();
        Assert.False(log.TrimTo(new LogIndex(4)));
        Assert.False(log.TrimToOffset(4));
        var before = log.ColdView();
        Assert.True(log.TrimToOffset(5));
        _machine.RunAll();
        CheckTrimmed(log);
        Assert.Empty(before.ReadFromIndex(new LogIndex(1), new LogIndex(2), int.MaxValue));
        _machine.Restart(powerLost: true);
        log = _machine.Engine.OpenLog(Group);
        CheckTrimmed(log);
        Assert.Equal([6ul, 7, 8, 9, 10], ModelGroup.ReadAll(log).Select(entry => entry.Index.Value));
    }

    [Fact]
    public void Reset_WithASnapshotInTheWrite_ReplacesTheLogDurably()
    {
        var log = Written();
        var configuration = new LoggedConfiguration(
            new LogIndex(20), new Configuration([new ReplicaId(1), new ReplicaId(2)], [], [], [], autoLeave: false));
        Install(log, SnapshotAt(30, configuration), Entries.Make(31, 2, 30), Entries.Make(32, 2, 31));
        log.CommitTo(new LogIndex(32));
        Assert.Null(log.BaseCheckpoint);
        _machine.RunAll();
        Assert.Empty(_machine.Disk.Paths(".log"));
        log.CommitTo(new LogIndex(32));
        _machine.RunAll();
        Check(log);
        Assert.Equal(["segments/1/00000000000000000031.log"], _machine.Disk.Paths(".log"));
        _machine.Restart(powerLost: true);
        Check(_machine.Engine.OpenLog(Group));

        static void Check(PartitionLog log)
        {
            Assert.Equal((31ul, 32ul, 30L, 32L), (log.FirstIndex.Value, log.LastIndex.Value, log.FirstOffset, log.NextOffset));
            Assert.Equal((new Term(1), new Term(2)), (log.TermAt(new LogIndex(30))!.Value, log.LastTerm));
            Assert.Null(log.TermAt(new LogIndex(29)));
            Assert.Equal(new LogIndex(20), log.LatestConfiguration(new LogIndex(32))!.Index);
            Assert.Equal(
                "voters=(1 2)", log.LatestConfiguration(new LogIndex(32))!.Value.ToString());
            Assert.Equal([31ul, 32], ModelGroup.ReadAll(log).Select(entry => entry.Index.Value));
            Assert.Equal(ModelGroup.StateAt(30, new Term(1)), log.ColdView().ReadCheckpoint(log.BaseCheckpoint!)!.State.ToArray());
        }
    }

    [Fact]
    public void Reset_WhileTheOldLogIsKeptForAnotherGroup_NeverMixesTheTwo()
    {
        // The old log's uncommitted entries stand in a file that another group pins. The file with the reset itself goes.
        var log = _machine.Engine.OpenLog(Group);
        var other = _machine.Engine.OpenLog(new GroupId(2));
        Append(_machine, log, 1, 10, term: 3);
        Append(_machine, other, 1, 1);
        Roll(3);
        Install(log, new RaftSnapshot(new LogIndex(4), new Term(2), 4, null, default));
        _machine.RunAll();
        Roll(3);
        _machine.Restart(powerLost: true);
        log = _machine.Engine.OpenLog(Group);
        Assert.Equal((5ul, 4ul), (log.FirstIndex.Value, log.LastIndex.Value));
        Assert.Equal(new LogIndex(1), _machine.Engine.OpenLog(new GroupId(2)).LastIndex);
    }

    [Fact]
    public void Reset_OwnerQuickerThanTheSegmentWriter_HandsNothingOverBeforeTheStartHasMoved()
    {
        var log = Written();
        Install(log, SnapshotAt(30, null), Entries.Make(31, 2, 30));
        var moved = _machine.Engine.Lane.StartMoved;
        _machine.Engine.Lane.StartMoved = (progress, start, installed) =>
        {
            // The owner's thread runs right here. Behind a gap the segment writer would refuse what it got.
            log.CommitTo(new LogIndex(31));
            moved(progress, start, installed);
        };
        _machine.RunAll();
        Assert.Equal(new LogIndex(30), log.ColdView().LastIndex);
        log.CommitTo(new LogIndex(31));
        _machine.RunAll();
        Assert.Equal(new LogIndex(31), log.ColdView().LastIndex);
        Assert.Equal([31ul], ModelGroup.ReadAll(log).Select(entry => entry.Index.Value));
    }

    [Fact]
    public void Reset_OnAFullDisk_WaitsAndGoesOnWhenThereIsRoom()
    {
        var log = Written();
        _machine.Disk.Before = (what, path) =>
        {
            if (path.EndsWith(".ckp.tmp", StringComparison.Ordinal) && what == "write")
            {
                throw new Disk.DiskFullException("simulated: no room");
            }
        };
        var told = _machine.Completion.Durable.Count;
        Install(log, SnapshotAt(30, null), Entries.Make(31, 2, 30));
        _machine.RunAll();
        Assert.Equal((StorageState.Full, told), (_machine.Engine.State, _machine.Completion.Durable.Count));
        _machine.Disk.Before = (_, _) => { };
        _machine.Time.Advance(TimeSpan.FromSeconds(2));
        _machine.RunAll();
        Assert.Equal((StorageState.Ok, told + 1), (_machine.Engine.State, _machine.Completion.Durable.Count));
        _machine.Restart(powerLost: true);
        Assert.Equal(new LogIndex(31), _machine.Engine.OpenLog(Group).LastIndex);
    }

    [Fact]
    public void Open_AnyBitOfTheBaseCheckpointFlipped_CostsTheGroupItsLogAndItsIdentity()
    {
        var bytes = 0;
        for (var bit = 0; bit == 0 || bit < bytes * 8; bit += bit < CheckpointCodec.HeaderBytes * 8 ? 3 : 61)
        {
            var machine = new Machine(bit, Small);
            Trimmed(machine);
            var path = Assert.Single(machine.Disk.Paths(Checkpoint.Extension));
            bytes = machine.Disk.ReadAll(path).Length;
            machine.Disk.Flip(path, bit / 8, (byte)(1 << (bit % 8)));
            machine.Restart(powerLost: true);
            Assert.True(machine.Engine.HasLostIdentity(Group));
            var damage = machine.Engine.DamageOf(Group)!;
            Assert.Equal(path, damage.File);
            Assert.Equal("the undamaged checkpoint of group 1 at index 5", damage.Expected);
            var log = machine.Engine.OpenLog(Group);
            Assert.True(log.IsBlank);
            Assert.Contains(machine.Disk.Paths(""), item => item.StartsWith("damaged/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Open_MissingOrForeignBaseCheckpoint_IsDamage()
    {
        Trimmed();
        var path = Assert.Single(_machine.Disk.Paths(Checkpoint.Extension));
        _machine.Disk.Delete(path);
        CheckpointFiles.Save(
            _machine.Disk, Group, SnapshotAt(5, null) with { NextOffset = 6 }, makeFolder: false);
        _machine.Restart(powerLost: false);
        var damage = _machine.Engine.DamageOf(Group)!;
        Assert.Equal("a checkpoint of term 1 and next offset 5", damage.Expected);
        Assert.Equal("one of term 1 and next offset 6", damage.Found);

        var machine = new Machine(1, Small);
        Trimmed(machine);
        machine.Disk.Delete(Assert.Single(machine.Disk.Paths(Checkpoint.Extension)));
        machine.Restart(powerLost: false);
        Assert.Equal("no such file", machine.Engine.DamageOf(Group)!.Found);
    }

    [Fact]
    public void Open_DamagedBaseCheckpointAndAGoodNewerOne_BeginsBlankRatherThanLater()
    {
        // From the newer one on the log would be whole, but what lies before would be missing, which nobody has trimmed.
        var log = Trimmed();
        log.SaveCheckpoint(SnapshotAt(8, null));
        _machine.RunAll();
        _machine.Disk.Flip(_machine.Disk.Paths(Checkpoint.Extension).First(), 100);
        _machine.Restart(powerLost: true);
        Assert.True(_machine.Engine.HasLostIdentity(Group));
        log = _machine.Engine.OpenLog(Group);
        Assert.True(log.IsBlank);
        Assert.Equal((1ul, 0L), (log.FirstIndex.Value, log.FirstOffset));
    }

    [Fact]
    public void Open_DamagedNewerCheckpoint_FallsBackToTheOneBefore()
    {
        var log = Trimmed();
        foreach (var index in new ulong[] { 7, 9 })
        {
            log.SaveCheckpoint(SnapshotAt(index, null));
            _machine.RunAll();
        }

        _machine.Disk.Flip(_machine.Disk.Paths(Checkpoint.Extension).Last(), 100);
        _machine.Restart(powerLost: true);
        log = _machine.Engine.OpenLog(Group);
        Assert.Equal(new LogIndex(7), log.LatestCheckpoint!.Index);
        _machine.Disk.Flip(_machine.Disk.Paths(Checkpoint.Extension).Last(), 100);
        _machine.Restart(powerLost: true);
        log = _machine.Engine.OpenLog(Group);
        Assert.Equal(new LogIndex(5), log.LatestCheckpoint!.Index);
        CheckTrimmed(log);
    }

    [Fact]
    public void ReadCheckpoint_DamagedSinceTheStart_FailsInWordsAndOneThatIsGoneIsNull()
    {
        var log = Trimmed();
        var first = log.BaseCheckpoint!;
        log.SaveCheckpoint(SnapshotAt(8, null));
        _machine.RunAll();
        var latest = log.LatestCheckpoint!;
        _machine.Disk.Flip(_machine.Disk.Paths(Checkpoint.Extension).Last(), 100);
        Assert.Throws<CorruptLogException>(() => log.ColdView().ReadCheckpoint(latest));
        log.TrimTo(new LogIndex(8));
        _machine.RunAll();
        Assert.Null(log.ColdView().ReadCheckpoint(first));
    }

    [Fact]
    public void Remove_OfAGroupWithCheckpoints_LeavesNothing()
    {
        Trimmed();
        _machine.Engine.Remove(Group);
        _machine.RunAll();
        Assert.DoesNotContain(_machine.Disk.Paths(""), path => path.StartsWith("segments/", StringComparison.Ordinal));
        _machine.Restart(powerLost: true);
        Assert.Empty(_machine.Engine.RecoveredGroups);
    }

    private static RaftSnapshot SnapshotAt(ulong index, LoggedConfiguration? configuration) => new(
        new LogIndex(index), new Term(1), (long)index, configuration, ModelGroup.StateAt(index, new Term(1)));

    private static void CheckTrimmed(PartitionLog log)
    {
        Assert.Equal((6ul, 10ul, 5L, 10L), (log.FirstIndex.Value, log.LastIndex.Value, log.FirstOffset, log.NextOffset));
        Assert.Equal(new Term(1), log.TermAt(new LogIndex(5)));
        Assert.Null(log.TermAt(new LogIndex(4)));
        Assert.Equal(new LogIndex(5), log.BaseCheckpoint!.Index);
        Assert.Equal(ModelGroup.StateAt(5, new Term(1)), log.ColdView().ReadCheckpoint(log.BaseCheckpoint)!.State.ToArray());
    }

    private static void Append(Machine machine, PartitionLog log, ulong first, ulong last, ulong term = 1)
    {
        for (var index = first; index <= last; index++)
        {
            var entry = Entries.Make(index, term, (long)index - 1, bytes: 3_000);
            log.Append([entry]);
            machine.Engine.Submit(Submissions.Of(machine.Completion, log.Group.Value, entry));
            machine.RunAll();
        }
    }

    private static void Small(StorageOptions options) =>
        (options.SegmentBytesMax, options.SegmentFlushBytes) = (8 << 10, 1);

    private PartitionLog Written() => Written(_machine);

    private PartitionLog Trimmed() => Trimmed(_machine);

    private static PartitionLog Written(Machine machine)
    {
        var log = machine.Engine.OpenLog(Group);
        Append(machine, log, 1, 10);
        log.CommitTo(new LogIndex(10));
        machine.RunAll();
        return log;
    }

    private static PartitionLog Trimmed(Machine machine)
    {
        var log = Written(machine);
        log.SaveCheckpoint(SnapshotAt(5, null));
        machine.RunAll();
        Assert.True(log.TrimTo(new LogIndex(5)));
        machine.RunAll();
        return log;
    }

    private ulong[] Checkpoints() =>
    [
        .. _machine.Disk.Paths(Checkpoint.Extension)
            .Select(path => ulong.Parse(
                Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture)),
    ];

    private void Install(PartitionLog log, RaftSnapshot snapshot, params LogEntry[] entries)
    {
        log.Reset(snapshot);
        log.Append(entries);
        var submission = new WalSubmission(_machine.Completion);
        submission.Add(new GroupWrite(
            Group, new HardState(new Term(4), default, 0, default), entries, default, null, snapshot));
        _machine.Engine.Submit(submission);
    }

    // Fills WAL files with a third group's committed entries, so that older ones can go.
    private void Roll(int files)
    {
        var filler = _machine.Engine.OpenLog(new GroupId(100 + (ulong)_machine.Completion.Durable.Count));
        var wanted = _machine.Disk.Paths(".wal").Last();
        for (ulong index = 1; files > 0; index++)
        {
            Append(_machine, filler, index, index);
            filler.CommitTo(new LogIndex(index));
            _machine.RunAll();
            if (_machine.Disk.Paths(".wal").Last() != wanted)
            {
                (wanted, files) = (_machine.Disk.Paths(".wal").Last(), files - 1);
            }
        }
    }
}
