namespace ClusterLog.Storage;

internal sealed partial class StorageSet
{
    private StorageSet(IReadOnlyList<StorageEngine> engines)
    {
        Engines = engines;
        _groups = new int[engines.Count];
        for (var ordinal = 0; ordinal < engines.Count; ordinal++)
        {
            engines[ordinal].Ordinal = ordinal;
            foreach (var group in engines[ordinal].RecoveredGroups)
            {
                Settle(group, engines[ordinal]);
            }
        }

        RecoveredGroups = [.. _homes.Keys];
        DirectoryId = engines[0].DirectoryId;
    }

    /// <summary>What the cluster knows this broker's directories by.</summary>
    public long DirectoryId { get; }

    /// <summary>Takes an engine that is open already.</summary>
    public static StorageSet Of(StorageEngine engine) => new([engine]);
}
