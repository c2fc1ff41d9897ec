namespace ClusterLog.Raft;

/// <summary>
/// What a replica must never forget, written as one checksummed record, at once (raft-notes rules 7 and 8).
/// </summary>
/// <param name="Term">The latest term that the replica has seen.</param>
/// <param name="Vote">Whom it voted for in that term; none if nobody.</param>
/// <param name="Incarnation">Whose state it is: the incarnation in the replica's identity, which a lost disk ends.</param>
/// <param name="Commit">A hint: the commit index known when the record was written; clamped to the durable end at start.</param>
/// <param name="ConfigurationIndex">
/// The index of the latest configuration appended. Invariant: a log that reaches it holds a configuration there or later.
/// </param>
internal readonly record struct HardState(
    Term Term, ReplicaId Vote, uint Incarnation, LogIndex Commit, LogIndex ConfigurationIndex = default);
