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
/// <param name="Round">
/// Counts the leader's questions in its term: an answer that carries it back proves that the sender was still followed
/// after it was asked (thesis 6.4). 0 while it has asked nothing.
/// </param>
/// <param name="Quiet">
/// The leader has nothing left to do and asks to fall quiet: a follower whose log ends at <paramref name="Commit"/>, all
/// committed, may stop its clock.
/// </param>
internal sealed record HeartbeatRequest(
    ReplicaId From, ReplicaId To, Term Term, LogIndex Commit, ulong Round = 0, bool Quiet = false)
    : RaftMessage(From, To, Term);

/// <summary>Answers <see cref="HeartbeatRequest"/>; unasked it wakes a quiet leader.</summary>
/// <param name="Round">The request's round.</param>
/// <param name="Quiet">The follower has stopped its clock, and relies on being woken.</param>
internal sealed record HeartbeatResponse(
    ReplicaId From, ReplicaId To, Term Term, ulong Round = 0, bool Quiet = false) : RaftMessage(From, To, Term);

/// <summary>
/// Gives a follower, whose next entries the leader's log no longer holds, the state that stands for them (paper 7). It
/// is answered by an <see cref="AppendResponse"/> at the snapshot's index or beyond.
/// </summary>
internal sealed record InstallSnapshotRequest(
    ReplicaId From, ReplicaId To, Term Term, RaftSnapshot Snapshot) : RaftMessage(From, To, Term);

/// <summary>A follower asks its leader for a read index (thesis 6.4).</summary>
/// <param name="Context">Names the read at the follower; never used twice, not even after a restart.</param>
internal sealed record ReadIndexRequest(
    ReplicaId From, ReplicaId To, Term Term, ulong Context) : RaftMessage(From, To, Term);

/// <summary>Answers <see cref="ReadIndexRequest"/>.</summary>
/// <param name="Context">The request's.</param>
/// <param name="Index">The read index; zero when refused.</param>
/// <param name="Refused">The leader is not ready, or has too many reads waiting.</param>
internal sealed record ReadIndexResponse(
    ReplicaId From, ReplicaId To, Term Term, ulong Context, LogIndex Index, bool Refused)
    : RaftMessage(From, To, Term);

/// <summary>Tells a follower to campaign at once, because the leader hands over to it (thesis 3.10).</summary>
internal sealed record TimeoutNowRequest(ReplicaId From, ReplicaId To, Term Term) : RaftMessage(From, To, Term);
