namespace ClusterLog.Storage;

/// <summary>Whose a data directory is. Another broker's or another cluster's directory is refused.</summary>
/// <param name="ClusterName">The cluster's name.</param>
/// <param name="ClusterMembers">The initial members, normalized: "1=host:port,2=host:port".</param>
/// <param name="BrokerId">The broker's id.</param>
internal sealed record DirectoryIdentity(string ClusterName, string ClusterMembers, int BrokerId);
