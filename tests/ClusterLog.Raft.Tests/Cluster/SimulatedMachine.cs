namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>
/// A state machine whose state is a hash over all entries it has applied, so that two are equal at an index only if they
/// have applied the same. It remembers its states, to make snapshots of earlier ones.
/// </summary>
internal sealed class SimulatedMachine
{
    private readonly Dictionary<ulong, ulong> _states = [];

    public SimulatedMachine(LogIndex applied, ulong state) => Restore(applied, state);

    public LogIndex Applied { get; private set; }

    public ulong State { get; private set; }

    /// <summary>The state after an entry, given the state before it.</summary>
    public static ulong Next(ulong state, LogEntry entry)
    {
        state = (state ^ entry.Index.Value) * 1099511628211;
        state = (state ^ entry.Term.Value) * 1099511628211;
        return (state ^ (ulong)entry.NextOffset) * 1099511628211;
    }

    public static ulong StateOf(RaftSnapshot snapshot) => BitConverter.ToUInt64(snapshot.State.Span);

    public void Apply(LogEntry entry)
    {
        Assert.Equal(Applied.Next, entry.Index);
        (Applied, State) = (entry.Index, Next(State, entry));
        _states[Applied.Value] = State;
    }

    public void Restore(LogIndex index, ulong state)
    {
        _states.Clear();
        (Applied, State) = (index, state);
        _states[index.Value] = state;
    }

    /// <summary>A snapshot as of an index that was applied.</summary>
    public RaftSnapshot Capture(ListRaftLog log, LogIndex index) => new(
        index,
        log.TermAt(index)!.Value,
        index < log.FirstIndex ? log.CompactedOffset : log[index.Value].NextOffset,
        log.LatestConfiguration(index),
        BitConverter.GetBytes(_states[index.Value]));
}
