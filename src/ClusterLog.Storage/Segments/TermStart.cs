using ClusterLog.Raft;

namespace ClusterLog.Storage.Segments;

/// <summary>From <paramref name="Index"/> on, entries are of <paramref name="Term"/>, up to the next such start.</summary>
internal readonly record struct TermStart(LogIndex Index, Term Term);
