using ClusterLog.Raft;

namespace ClusterLog.Storage.Segments;

/// <summary>The payload of an entry that changes a group's configuration, and its index.</summary>
internal readonly record struct StoredConfiguration(LogIndex Index, ReadOnlyMemory<byte> Payload);
