namespace ClusterLog.Raft.Membership;

/// <summary>A configuration and the entry that brought it.</summary>
/// <param name="Index">The index of the entry; zero for the configuration that the group was founded with.</param>
/// <param name="Value">The configuration that holds from that entry on.</param>
internal sealed record LoggedConfiguration(LogIndex Index, Configuration Value);
