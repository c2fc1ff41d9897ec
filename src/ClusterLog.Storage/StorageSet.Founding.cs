using ClusterLog.Raft;

namespace ClusterLog.Storage;

/// <content>What the directories remember of the cluster's founding.</content>
internal sealed partial class StorageSet
{
    /// <summary>
    /// What <see cref="DirectoryId"/> of each broker was when this one helped to found the cluster; null where it did not.
    /// </summary>
    public IReadOnlyDictionary<int, long>? Founders =>
        Engines.Select(static engine => engine.Founders).FirstOrDefault(static founders => founders is not null);

    /// <summary>Remembers the founders, where the metadata is; durable on return.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void SaveFounders(IReadOnlyDictionary<int, long> founders) => HomeFor(GroupId.Metadata).SaveFounders(founders);
}
