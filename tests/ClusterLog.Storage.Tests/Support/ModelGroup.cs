using ClusterLog.Raft;

namespace ClusterLog.Storage.Tests.Support;

/// <summary>
/// What one group's storage must look like: the states that its submissions led through, and which of them were
/// acknowledged. Behaves as a Raft replica does: terms rise, committed entries are never overwritten.
/// </summary>
internal sealed class ModelGroup
{
    private readonly List<State> _states = [];
    private readonly List<LogEntry> _log = [];
    private HardState _hardState;
    private int _acknowledged;

    public ModelGroup(GroupId id, PartitionLog log)
    {
        (Id, Log) = (id, log);
        _states.Add(new State([], default, false));
    }

    public GroupId Id { get; }

    public PartitionLog Log { get; private set; }

    public ulong Commit { get; private set; }

    public bool IsRemoved { get; private set; }

    public bool RemovalAcknowledged => _states[_acknowledged].Removed;

    /// <summary>One turn's write; appends to the log as a core would.</summary>
    public GroupWrite Next(Random random)
    {
        var hardState = random.Next(3) == 0 || _hardState.Term == Term.Zero ? RaiseTerm(random) : (HardState?)null;
        if (_log.Count > (int)Commit && random.Next(4) == 0)
        {
            hardState ??= RaiseTerm(random);
            var first = random.Next((int)Commit, _log.Count);
            _log.RemoveRange(first, _log.Count - first);
            Log.TruncateSuffix(new LogIndex((ulong)first + 1));
        }
        else if (random.Next(8) == 0)
        {
            return Write(hardState, []);
        }

        var entries = new List<LogEntry>();
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var offset = _log.Count > 0 ? _log[^1].NextOffset : 0;
            var kind = random.Next(6) == 0 ? EntryKind.Barrier : EntryKind.Data;
            var bytes = random.Next(12) == 0 ? random.Next(20_000) : random.Next(2_000);
            entries.Add(Entries.Make(
                (ulong)_log.Count + 1, _hardState.Term.Value, offset, random.Next(1, 9), bytes, random.Next(1000), kind));
            _log.Add(entries[^1]);
        }

        Log.Append(entries.ToArray());
        return Write(hardState, entries);
    }

    public void Remove()
    {
        IsRemoved = true;
        _states.Add(new State([.. _log], _hardState, true));
    }

    public int Version => _states.Count - 1;

    public void Acknowledged(int version) => _acknowledged = Math.Max(_acknowledged, version);

    public void CommitSome(Random random)
    {
        Commit = (ulong)random.NextInt64((long)Commit, _log.Count + 1);
        Log.CommitTo(new LogIndex(Commit));
    }

    /// <summary>Checks what came back after a crash against every state it may be, and goes on from there.</summary>
    public void Recovered(PartitionLog log)
    {
        var segmented = (int)log.ColdView().LastIndex.Value;
        Assert.True(segmented <= (int)Commit, $"group {Id}: segments hold {segmented}, committed were {Commit}");
        var found = ReadAll(log);
        var match = -1;
        for (var version = _acknowledged; version < _states.Count && match < 0; version++)
        {
            match = Matches(version, segmented, found, log.HardState) ? version : -1;
        }

        Assert.True(match >= 0, Describe(segmented, found, log));
        Assert.Equal(new LogIndex((ulong)found.Count), log.LastIndex);
        Assert.Equal(found.Count > 0 ? found[^1].NextOffset : 0, log.NextOffset);
        foreach (var entry in found)
        {
            Assert.Equal(entry.Term, log.TermAt(entry.Index));
        }

        (Log, _hardState) = (log, log.HardState);
        Commit = Math.Min(Commit, (ulong)found.Count);
        _log.Clear();
        _log.AddRange(found);
        _states.Clear();
        _states.Add(new State([.. found], _hardState, false));
        _acknowledged = 0;
        log.CommitTo(new LogIndex(Commit));
    }

    /// <summary>Every entry, from segments and from memory, and the same by offset.</summary>
    public static List<LogEntry> ReadAll(PartitionLog log)
    {
        var view = log.ColdView();
        var entries = view.ReadFromIndex(new LogIndex(1), log.LastIndex, int.MaxValue).ToList();
        if (log.LastIndex > view.LastIndex)
        {
            Assert.True(log.TryRead(view.LastIndex.Next, log.LastIndex, int.MaxValue, entries));
        }

        foreach (var entry in entries.Where(entry => entry.OffsetCount > 0))
        {
            var found = new List<LogEntry>();
            if (!log.TryReadFrom(entry.BaseOffset, log.LastIndex, 1, found))
            {
                found.AddRange(view.ReadFromOffset(entry.BaseOffset, log.LastIndex, 1));
            }

            Assert.Equal(entry.Index, Assert.Single(found).Index);
        }

        return entries;
    }

    private bool Matches(int version, int segmented, List<LogEntry> found, HardState hardState)
    {
        var state = _states[version];
        if (state.Removed)
        {
            return false;
        }

        // Segments hold the committed log as it is now; behind them the state counts, unless its terms are older.
        var expected = _log.Take(segmented).ToList();
        var term = expected.Count > 0 ? expected[^1].Term : Term.Zero;
        expected.AddRange(state.Log.Skip(segmented).Where(entry => entry.Term >= term));
        var last = expected.Count > 0 ? expected[^1].Term : Term.Zero;
        return expected.Select(entry => (entry.Index, entry.Term)).SequenceEqual(
                found.Select(entry => (entry.Index, entry.Term)))
            && expected.Zip(found).All(pair => pair.First.Payload.Span.SequenceEqual(pair.Second.Payload.Span))
            && (hardState.Term, hardState.Vote) == (state.HardState.Term < last
                ? (last, ReplicaId.None)
                : (state.HardState.Term, state.HardState.Vote));
    }

    private HardState RaiseTerm(Random random)
    {
        _hardState = new HardState(
            new Term(_hardState.Term.Value + (ulong)random.Next(1, 3)),
            new ReplicaId(random.Next(0, 4)),
            1,
            new LogIndex(Commit));
        return _hardState;
    }

    private GroupWrite Write(HardState? hardState, List<LogEntry> entries)
    {
        // A submission may span blocks, so a crash may leave its hard state alone, or the first of its entries.
        _states.Add(new State(_states[^1].Log, _hardState, false));
        for (var kept = entries.Count - 1; kept >= 0; kept--)
        {
            _states.Add(new State(_log.Take(_log.Count - kept).ToArray(), _hardState, false));
        }

        return new GroupWrite(Id, hardState, entries, default, null);
    }

    private string Describe(int segmented, List<LogEntry> found, PartitionLog log)
    {
        var states = _states.Skip(_acknowledged).Select(state => $"{Words(state.Log)} {state.HardState}");
        return $"group {Id}, segments to {segmented}, committed {Commit}: found {Words(found)} {log.HardState}; "
            + $"expected one of:\n{string.Join('\n', states)}";
    }

    private static string Words(IReadOnlyList<LogEntry> log) =>
        string.Join(' ', log.TakeLast(12).Select(entry => $"{entry.Index}/{entry.Term}"));

    private sealed record State(IReadOnlyList<LogEntry> Log, HardState HardState, bool Removed);
}
