namespace ClusterLog.Broker.Metadata;

/// <summary>A broker's replica of the metadata group, where it is no longer the one that the group began with.</summary>
/// <param name="Incarnation">The metadata entry that placed it; 0 for the founding one.</param>
/// <param name="DirectoryId">The data directory that it was placed in.</param>
internal readonly record struct MetadataReplica(uint Incarnation, long DirectoryId);
