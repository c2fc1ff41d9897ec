using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// What a group's committed entries mean. Deterministic: the same entries give the same state on every replica.
/// Every call comes from the group's shard.
/// </summary>
internal interface IStateMachine
{
    /// <summary>
    /// The group's entries are acknowledged once written, and synced a little later: a loss of power may cost the newest.
    /// </summary>
    bool MaySyncLater => false;

    /// <summary>
    /// The metadata entry as of which the group's members have been changed, or found to be right. Replicated: a leader that
    /// knows of an earlier assignment only must not lead the members back to it.
    /// </summary>
    LogIndex NotedAssignment => LogIndex.Zero;

    /// <summary>The command that notes an assignment, to be proposed before anything is done for it; null where none is needed.</summary>
    ReadOnlyMemory<byte>? NoteAssignment(LogIndex at) => null;

    /// <summary>Takes one committed entry, in log order, each at most once per life of the process.</summary>
    void Apply(LogEntry entry);

    /// <summary>
    /// All that follows from the entries applied so far, as bytes that nobody changes any more. Equal states give equal
    /// bytes, on every replica.
    /// </summary>
    ReadOnlyMemory<byte> Capture();

    /// <summary>
    /// Replaces the whole state by one that was captured, here or elsewhere, after the entry at the snapshot's index was
    /// applied. <see cref="OnApplied"/> follows where the replica was running already. Nothing has changed when it throws.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are no state of this machine, of another entry, or damaged.</exception>
    void Restore(RaftSnapshot snapshot);

    /// <summary>A run of <see cref="Apply"/> calls, or a <see cref="Restore"/>, has ended: the time to wake those who wait.</summary>
    void OnApplied();

    /// <summary>How often the state is to be captured at least, so that the log can be cut near where it wants to begin.</summary>
    CheckpointPace CheckpointPace => CheckpointPace.Default;

    /// <summary>The time that the machine has asked for by <see cref="Replica.CallAt"/> has come.</summary>
    /// <param name="nowMilliseconds">By <see cref="Replica.NowMilliseconds"/>.</param>
    void OnDue(long nowMilliseconds)
    {
    }

    /// <summary>Whether something waits for the moment in which it is known who leads and serves the group.</summary>
    bool HasParked => false;

    /// <summary>
    /// At the end of each turn and at each tick while something waits: does what can be done now, and gives up what has
    /// waited too long. It may propose.
    /// </summary>
    void ServeParked(long nowMilliseconds)
    {
    }

    /// <summary>Lets go of what the log need not hold any more, now that it has a newer checkpoint.</summary>
    void TrimLog(PartitionLog log);

    /// <summary>The group's leader, as this replica knows it, has changed; none while there is an election.</summary>
    /// <param name="leads">Whether this replica leads.</param>
    void OnLeaderChanged(ReplicaId leader, bool leads);

    /// <summary>The replica has stopped for good in this process; waiting work is to be let go.</summary>
    void OnStopped();
}
