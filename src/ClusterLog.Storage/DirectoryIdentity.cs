namespace ClusterLog.Storage;

/// <summary>Whose a data directory is. Another broker's or another cluster's directory is refused.</summary>
/// <param name="ClusterName">The cluster's name.</param>
/// <param name="ClusterMembers">The initial members, normalized: "1=host:port,2=host:port".</param>
/// <param name="BrokerId">The broker's id.</param>
/// <param name="DirectoryId">
/// Tells one directory of a broker from the next, so that one that was lost is not taken for the one that replaced it:
/// drawn at random by the caller, and kept from the first start on.
/// </param>
internal sealed record DirectoryIdentity(string ClusterName, string ClusterMembers, int BrokerId, long DirectoryId)
{
    /// <summary>The broker's directories when this was last one of them; itself alone when it is new.</summary>
    public DirectorySet Set { get; init; } = DirectorySet.Of(DirectoryId);

    /// <summary>The same owner's directory under another id: nobody knows it yet, so it is alone.</summary>
    public DirectoryIdentity Renamed(long directoryId) =>
        this with { DirectoryId = directoryId, Set = DirectorySet.Of(directoryId) };

    public bool HasSameOwner(DirectoryIdentity other) =>
        ClusterName == other.ClusterName && ClusterMembers == other.ClusterMembers && BrokerId == other.BrokerId;
}
