using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Storage.Tests.Support;

/// <summary>
/// What one group's storage must look like: the states that its submissions led through, and which of them were
/// acknowledged. Behaves as a Raft replica does: terms rise, committed entries are never overwritten, snapshots that are
/// installed lie behind what is committed here.
/// </summary>
internal sealed partial class ModelGroup
{
    private readonly List<State> _states = [];
    private ModelEra _era = new(0, Term.Zero, 0, 0);
    private HardState _hardState;
    private ulong _start;
    private ulong _checkpointSeen;
    private int _acknowledged;
    private int _synced;

    public ModelGroup(GroupId id, PartitionLog log, bool syncsLater = false)
    {
        (Id, Log, SyncsLater) = (id, log, syncsLater);
        AddState(_hardState, 0, isRemoved: false);
    }

    public GroupId Id { get; }

    public PartitionLog Log { get; private set; }

    /// <summary>Its entries may be acknowledged before their sync.</summary>
    public bool SyncsLater { get; }

    public ulong Commit => _era.Commit;

    public bool IsRemoved { get; private set; }

    public int Version => _states.Count - 1;

    /// <summary>Payloads have at most this many bytes, and some of them ten times as many.</summary>
    public int PayloadBytesMax { get; init; } = 2_000;

    /// <summary>One of so many entries is read by its offset too, when all is checked.</summary>
    public ulong OffsetReadsApart { get; init; } = 1;

    public ModelMoment Moment => new(_states.Count, _acknowledged, _synced, _era, Commit, _checkpointSeen, IsRemoved);

    /// <summary>One turn's write; appends to the log as a core would.</summary>
    public GroupWrite Next(Random random)
    {
        var snapshot = random.Next(25) == 0 ? Install(random) : null;
        var hardState = snapshot is not null || random.Next(3) == 0 || _hardState.Term == Term.Zero;
        if (hardState)
        {
            RaiseTerm(random);
        }

        if (snapshot is null && _era.LastIndex > Commit && random.Next(4) == 0)
        {
            if (!hardState)
            {
                RaiseTerm(random);
                hardState = true;
            }

            var kept = random.Next(_era.CountTo(Commit), _era.Log.Count);
            _era.Log.RemoveRange(kept, _era.Log.Count - kept);
            Log.TruncateSuffix(new LogIndex(_era.LastIndex + 1));
        }
        else if (random.Next(8) == 0)
        {
            return Write(hardState, [], snapshot);
        }

        var entries = new List<LogEntry>();
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            entries.Add(MakeEntry(random));
            _era.Log.Add(entries[^1]);
        }

        Log.Append(entries.ToArray());
        return Write(hardState, entries, snapshot);
    }

    public void Remove()
    {
        IsRemoved = true;
        AddState(_hardState, _era.Log.Count, isRemoved: true);
    }

    public void Acknowledged(int version)
    {
        _acknowledged = Math.Max(_acknowledged, version);
        if (!SyncsLater || _states[version].IsSyncedFirst)
        {
            Synced();
        }
    }

    /// <summary>No loss of power may take away any more what was acknowledged so far.</summary>
    public void Synced() => _synced = _acknowledged;

    public void CommitSome(Random random)
    {
        _era.Commit = (ulong)random.NextInt64((long)Commit, (long)_era.LastIndex + 1);
        Log.CommitTo(new LogIndex(Commit));
    }

    /// <summary>Keeps a checkpoint of some committed entry.</summary>
    public void SaveCheckpoint(Random random)
    {
        var index = (ulong)random.NextInt64((long)_start, (long)Commit + 1);
        if (index > 0)
        {
            var term = _era.TermAt(index);
            var at = new LogIndex(index);
            Log.SaveCheckpoint(
                new RaftSnapshot(at, term, _era.NextOffsetAt(index), Log.LatestConfiguration(at), StateAt(index, term)));
        }
    }

    /// <summary>Moves the log's start to some checkpoint, if one is durable.</summary>
    public void Trim(Random random)
    {
        var upTo = (ulong)random.NextInt64((long)_start, (long)Commit + 1);
        var byIndex = random.Next(2) == 0;
        if (byIndex ? Log.TrimTo(new LogIndex(upTo)) : Log.TrimToOffset(_era.NextOffsetAt(upTo)))
        {
            Assert.InRange(Log.FirstIndex.Value, _start + 2, byIndex ? upTo + 1 : Commit + 1);
            _start = Log.FirstIndex.Value - 1;
            Assert.True(_era.NextOffsetAt(_start) <= _era.NextOffsetAt(upTo));
            Assert.Equal(_era.NextOffsetAt(_start), Log.FirstOffset);
            Assert.Equal(_era.TermAt(_start), Log.TermAt(new LogIndex(_start)));
            AddState(_hardState, _era.Log.Count, isRemoved: false);
        }
    }

    /// <summary>Notes which checkpoint is durable: from now on no crash may lose it.</summary>
    public void NoteCheckpoint() =>
        _checkpointSeen = Math.Max(_checkpointSeen, Log.LatestCheckpoint?.Index.Value ?? 0);

    /// <summary>Reads by a view that may be older than the log's start: what it finds is right, and it never fails.</summary>
    public void ReadOld(LogReadView view, Random random)
    {
        var first = (ulong)random.NextInt64(0, (long)_era.LastIndex + 2);
        var found = view.ReadFromIndex(new LogIndex(first), new LogIndex(_era.Commit), random.Next(5_000));
        foreach (var entry in found.Where(entry => entry.Index.Value > _era.Base))
        {
            Entries.AssertSame(_era.Log[_era.CountTo(entry.Index.Value) - 1], entry);
        }
    }

    public static byte[] StateAt(ulong index, Term term)
    {
        var state = new byte[(int)(index * 37 % 6_000)];
        new Random((int)(index * 31 + term.Value)).NextBytes(state);
        return state;
    }

    private LogEntry MakeEntry(Random random)
    {
        var (index, offset) = (_era.LastIndex + 1, _era.NextOffset);
        if (random.Next(12) == 0)
        {
            return new LogEntry(
                new LogIndex(index), _hardState.Term, EntryKind.Configuration, offset, 0, 0,
                ConfigurationCodec.Write(MakeConfiguration(index)));
        }

        var kind = random.Next(6) == 0 ? EntryKind.Barrier : EntryKind.Data;
        var bytes = random.Next(12) == 0 ? random.Next(10 * PayloadBytesMax) : random.Next(PayloadBytesMax);
        return Entries.Make(index, _hardState.Term.Value, offset, random.Next(1, 9), bytes, random.Next(1000), kind);
    }

    private static Configuration MakeConfiguration(ulong index) =>
        new([new ReplicaId(1), new ReplicaId(2 + (int)(index % 5), (uint)index)], [], [], [], autoLeave: false);

    // The snapshot may be of an older term than entries here: those were never committed, and are of another log.
    private RaftSnapshot Install(Random random)
    {
        var last = _era.TermAt(Commit).Value;
        var term = new Term((ulong)random.NextInt64((long)Math.Max(1, last), (long)Math.Max(1, _hardState.Term.Value) + 1));
        var index = Commit + (ulong)random.Next(1, 40);
        var offset = _era.NextOffsetAt(Commit) + random.Next(0, 100);
        var configuration = random.Next(2) == 0 && index > 3
            ? new LoggedConfiguration(new LogIndex(index - 2), MakeConfiguration(index - 2))
            : null;
        var snapshot = new RaftSnapshot(new LogIndex(index), term, offset, configuration, StateAt(index, term));
        Log.Reset(snapshot);
        _era = new ModelEra(index, term, offset, configuration?.Index.Value ?? 0);
        _start = index;
        return snapshot;
    }

    private void RaiseTerm(Random random) => _hardState = new HardState(
        new Term(_hardState.Term.Value + (ulong)random.Next(1, 3)),
        new ReplicaId(random.Next(0, 4), (uint)random.Next(2)),
        1,
        new LogIndex(Commit));

    private GroupWrite Write(bool hasState, List<LogEntry> entries, RaftSnapshot? snapshot)
    {
        var before = _states[^1].HardState;
        var configuration = new LogIndex(_era.ConfigurationOf(_era.Log));
        hasState |= before.ConfigurationIndex != configuration;
        _hardState = hasState ? _hardState with { ConfigurationIndex = configuration } : before;

        // A submission may span blocks, so a crash may leave the snapshot alone, or the hard state without the entries,
        // or the first of these.
        if (snapshot is not null)
        {
            AddState(before, 0, isRemoved: false);
        }

        _states.Add(_states[^1] with { HardState = _hardState });
        for (var kept = entries.Count - 1; kept >= 0; kept--)
        {
            AddState(_hardState, _era.Log.Count - kept, isRemoved: false);
        }

        _states[^1] = _states[^1] with
        {
            IsSyncedFirst = hasState || snapshot is not null
                || entries.Exists(static entry => entry.Kind == EntryKind.Configuration),
        };
        return new GroupWrite(Id, hasState ? _hardState : null, entries, default, null, snapshot, SyncsLater);
    }

    private void AddState(HardState hardState, int count, bool isRemoved) =>
        _states.Add(new State(_era, _start, _era.Log.Take(count).ToArray(), hardState, isRemoved));

    /// <summary>A state that a crash may leave: a life of the log, where it begins, and what it holds since its base.</summary>
    private sealed record State(
        ModelEra Era, ulong Start, IReadOnlyList<LogEntry> Log, HardState HardState, bool IsRemoved)
    {
        /// <summary>Acknowledged only once synced, whatever the group is like.</summary>
        public bool IsSyncedFirst { get; init; }
    }
}
