using ClusterLog.Client.Connections;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Metadata;

/// <summary>What one broker said of the cluster at one time. Immutable.</summary>
internal sealed class ClusterSnapshot
{
    private readonly Dictionary<string, MetadataTopic> _topics;

    public ClusterSnapshot(MetadataResponse response)
    {
        ClusterId = response.ClusterId;
        ControllerId = response.ControllerId;
        Brokers = response.Brokers.ToDictionary(broker => broker.Id, broker => new BrokerAddress(broker.Host, broker.Port));
        _topics = response.Topics.ToDictionary(
            topic => topic.Name,
            topic => topic with { Partitions = [.. topic.Partitions.OrderBy(partition => partition.Partition)] },
            StringComparer.Ordinal);
    }

    /// <summary>Before any broker was asked.</summary>
    public static ClusterSnapshot Empty { get; } = new(new MetadataResponse(string.Empty, 0, 0, [], []));

    public string ClusterId { get; }

    /// <summary>The broker that leads the metadata; 0 if none does.</summary>
    public int ControllerId { get; }

    public IReadOnlyDictionary<int, BrokerAddress> Brokers { get; }

    public IReadOnlyCollection<MetadataTopic> Topics => _topics.Values;

    /// <summary>The topic as the broker told it, perhaps only an error; null if it was not asked about it.</summary>
    public MetadataTopic? FindTopic(string name) => _topics.GetValueOrDefault(name);

    /// <summary>The partition; null if the topic or the partition is not known.</summary>
    public MetadataPartition? FindPartition(TopicPartition id) =>
        _topics.TryGetValue(id.Topic, out var topic) && topic.Error == ErrorCode.None
        && (uint)id.Partition < (uint)topic.Partitions.Count
            ? topic.Partitions[id.Partition]
            : null;

    /// <summary>Where the leader listens, and what makes it this leader; null if none is known.</summary>
    public PartitionLeader? FindLeader(TopicPartition id) =>
        FindPartition(id) is { } partition && Brokers.TryGetValue(partition.LeaderId, out var address)
            ? new PartitionLeader(partition.LeaderId, partition.LeaderTerm, address)
            : null;
}
