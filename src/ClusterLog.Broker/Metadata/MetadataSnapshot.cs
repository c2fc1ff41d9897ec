using System.Collections.Immutable;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// The cluster's metadata after one entry of its log. Immutable: readers on any thread take the newest and keep it as
/// long as they like. Two snapshots share what has not changed, so <see cref="ByGroup"/> of the one before tells cheaply
/// which groups have come and gone.
/// </summary>
internal sealed record MetadataSnapshot
{
    /// <summary>Before the first entry.</summary>
    public static MetadataSnapshot Empty { get; } = new();

    /// <summary>The index of the last entry applied.</summary>
    public LogIndex Version { get; init; }

    /// <summary>The registered brokers by id, in order.</summary>
    public ImmutableSortedDictionary<int, BrokerInfo> Brokers { get; init; } =
        ImmutableSortedDictionary<int, BrokerInfo>.Empty;

    /// <summary>The topics by name; names differ by case.</summary>
    public ImmutableDictionary<string, TopicInfo> Topics { get; init; } =
        ImmutableDictionary.Create<string, TopicInfo>(StringComparer.Ordinal);

    /// <summary>Every partition of every topic by its group; the metadata group itself is not among them.</summary>
    public ImmutableDictionary<GroupId, PartitionInfo> ByGroup { get; init; } =
        ImmutableDictionary<GroupId, PartitionInfo>.Empty;

    /// <summary>The id that the next partition's group gets. It only rises; 0 is the metadata group.</summary>
    public GroupId NextGroupId { get; init; } = new(1);

    /// <summary>The first producer id that nobody has got yet.</summary>
    public long NextProducerId { get; init; } = 1;

    /// <summary>The replicas of the metadata group itself that have taken a founding one's place, by broker.</summary>
    public ImmutableSortedDictionary<int, MetadataReplica> MetadataReplicas { get; init; } =
        ImmutableSortedDictionary<int, MetadataReplica>.Empty;

    /// <summary>Whether brokers are to be levelled: an operator has asked for that, and it is not done yet.</summary>
    public bool IsRebalancing { get; init; }

    /// <summary>A broker's replica of the metadata group.</summary>
    public ReplicaId MetadataReplicaOn(int broker) => new(broker, MetadataReplicas.GetValueOrDefault(broker).Incarnation);

    /// <summary>The partition, or null where topic or partition are unknown.</summary>
    public PartitionInfo? FindPartition(string topic, int partition) =>
        Topics.TryGetValue(topic, out var info) && (uint)partition < (uint)info.Partitions.Length
            ? info.Partitions[partition]
            : null;
}
