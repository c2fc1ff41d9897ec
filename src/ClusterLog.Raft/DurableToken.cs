namespace ClusterLog.Raft;

/// <summary>
/// Names one hand-over of entries and hard state to the disk. The driver gives it back by <see cref="RaftCore.Durable"/>
/// once everything of that hand-over, and of all earlier ones of the group, is on disk. The core drops it when the
/// term has moved or the log at that index is no longer of that term (the ABA race, raft-notes rule 3).
/// </summary>
/// <param name="Term">The core's term when the token was issued.</param>
/// <param name="LastIndex">The last index of the log at that time.</param>
/// <param name="LastTerm">The term at that index.</param>
/// <param name="Sequence">Rises by one with every token of the group.</param>
internal readonly record struct DurableToken(Term Term, LogIndex LastIndex, Term LastTerm, ulong Sequence);
