namespace ClusterLog.Raft;

/// <summary>
/// A message between two replicas of one group. The driver adds the group when it sends, and looks it up when it
/// receives. <see cref="Term"/> is the sender's term (in a pre-vote request: the term that it would campaign at).
/// </summary>
internal abstract record RaftMessage(ReplicaId From, ReplicaId To, Term Term);

/// <summary>Asks whether a vote would be granted (thesis 9.6).</summary>
internal sealed record PreVoteRequest(
    ReplicaId From, ReplicaId To, Term Term, LogIndex LastIndex, Term LastTerm) : RaftMessage(From, To, Term);

/// <summary>Answers <see cref="PreVoteRequest"/>.</summary>
internal sealed record PreVoteResponse(
    ReplicaId From, ReplicaId To, Term Term, bool Granted) : RaftMessage(From, To, Term);

/// <summary>Asks for a vote; leaves only once the candidate's own (term, vote) is durable.</summary>
/// <param name="IsTransfer">The leader asked for this campaign: lease and check-quorum do not stand in its way.</param>
internal sealed record VoteRequest(
    ReplicaId From, ReplicaId To, Term Term, LogIndex LastIndex, Term LastTerm, bool IsTransfer)
    : RaftMessage(From, To, Term);

/// <summary>Answers <see cref="VoteRequest"/>.</summary>
internal sealed record VoteResponse(
    ReplicaId From, ReplicaId To, Term Term, bool Granted) : RaftMessage(From, To, Term);

/// <summary>Replicates entries that follow (<paramref name="PreviousIndex"/>, <paramref name="PreviousTerm"/>).</summary>
internal sealed record AppendRequest(
    ReplicaId From,
    ReplicaId To,
    Term Term,
    LogIndex PreviousIndex,
    Term PreviousTerm,
    LogIndex Commit,
    IReadOnlyList<LogEntry> Entries) : RaftMessage(From, To, Term);

/// <summary>Answers <see cref="AppendRequest"/>.</summary>
/// <param name="Index">Accepted: the last index verified and durable. Rejected: the request's previous index.</param>
/// <param name="HintIndex">Rejected: the last index at which the follower's log may agree with the leader's.</param>
/// <param name="HintTerm">Rejected: the follower's term at the hint.</param>
internal sealed record AppendResponse(
    ReplicaId From, ReplicaId To, Term Term, LogIndex Index, bool Rejected, LogIndex HintIndex, Term HintTerm)
    : RaftMessage(From, To, Term);

/// <summary>The leader's sign of life; its commit is clamped to what the follower is known to match.</summary>
internal sealed record HeartbeatRequest(
    ReplicaId From, ReplicaId To, Term Term, LogIndex Commit) : RaftMessage(From, To, Term);

/// <summary>Answers <see cref="HeartbeatRequest"/>.</summary>
internal sealed record HeartbeatResponse(ReplicaId From, ReplicaId To, Term Term) : RaftMessage(From, To, Term);

/// <summary>Tells a follower to campaign at once, because the leader hands over to it (thesis 3.10).</summary>
internal sealed record TimeoutNowRequest(ReplicaId From, ReplicaId To, Term Term) : RaftMessage(From, To, Term);
