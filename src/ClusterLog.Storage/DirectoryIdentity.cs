namespace ClusterLog.Storage;

/// <summary>Whose a data directory is. Another broker's or another cluster's directory is refused.</summary>
/// <param name="ClusterName">The cluster's name.</param>
/// <param name="ClusterMembers">The initial members, normalized: "1=host:port,2=host:port".</param>
/// <param name="BrokerId">The broker's id.</param>
/// <param name="DirectoryId">
/// Tells one directory of a broker from the next, so that one that was lost is not taken for the one that replaced it:
/// drawn at random by the caller, and kept from the first start on.
/// </param>
internal sealed record DirectoryIdentity(string ClusterName, string ClusterMembers, int BrokerId, long DirectoryId);
