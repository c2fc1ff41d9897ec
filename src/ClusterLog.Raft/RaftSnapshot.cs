using ClusterLog.Raft.Membership;

namespace ClusterLog.Raft;

/// <summary>
/// A state machine's state as of one committed entry, which stands for the entry and for all before it (paper 7). The
/// core carries snapshots between replicas and never looks into <paramref name="State"/>; records are not in it, for
/// those before it are no longer served. Invariant where it is a log's beginning: <c>FirstIndex == Index + 1</c>.
/// </summary>
/// <param name="Index">The last entry that the state includes. It was committed.</param>
/// <param name="Term">That entry's term.</param>
/// <param name="NextOffset">The offset that the first record after it takes: <see cref="LogEntry.NextOffset"/>.</param>
/// <param name="Configuration">
/// The newest configuration at or before <paramref name="Index"/>; null while the founding one is in force.
/// </param>
/// <param name="State">The bytes of the state machine, opaque to Raft and storage; nobody changes them any more.</param>
internal sealed record RaftSnapshot(
    LogIndex Index,
    Term Term,
    long NextOffset,
    LoggedConfiguration? Configuration,
    ReadOnlyMemory<byte> State);
