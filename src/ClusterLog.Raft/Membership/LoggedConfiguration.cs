namespace ClusterLog.Raft.Membership;

/// <summary>A configuration and the index of the log entry that holds it.</summary>
internal sealed record LoggedConfiguration(LogIndex Index, Configuration Value);
