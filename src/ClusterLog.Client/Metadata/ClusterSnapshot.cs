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
        Version = response.MetadataVersion;
        ClusterId = response.ClusterId;
        ControllerId = response.ControllerId;
        Brokers = response.Brokers.ToDictionary(broker => broker.Id, broker => new BrokerAddress(broker.Host, broker.Port));
        _topics = response.Topics.ToDictionary(
            topic => topic.Name,
            topic => topic with { Partitions = [.. topic.Partitions.OrderBy(partition => partition.Partition)] },
            StringComparer.Ordinal);
    }

    private ClusterSnapshot(
        ClusterSnapshot other, IReadOnlyDictionary<int, BrokerAddress> brokers, Dictionary<string, MetadataTopic> topics)
    {
        (Version, ClusterId, ControllerId, Brokers, _topics) =
            (other.Version, other.ClusterId, other.ControllerId, brokers, topics);
    }

    /// <summary>Before any broker was asked.</summary>
    public static ClusterSnapshot Empty { get; } = new(new MetadataResponse(string.Empty, 0, 0, [], []));

    /// <summary>Which metadata the broker told: grows with each change of brokers and topics, not of leaders.</summary>
    public long Version { get; }

    public string ClusterId { get; }

    /// <summary>The broker that leads the metadata; 0 if none does.</summary>
    public int ControllerId { get; }

    public IReadOnlyDictionary<int, BrokerAddress> Brokers { get; }

    public IReadOnlyCollection<MetadataTopic> Topics => _topics.Values;

    /// <summary>
    /// The same with a leader that was heard of otherwise; this one, where that is no news. Leaders of one partition are
    /// told apart by their terms.
    /// </summary>
    public ClusterSnapshot With(TopicPartition id, PartitionLeader leader)
    {
        if (FindPartition(id) is not { } partition || leader.Term <= partition.LeaderTerm)
        {
            return this;
        }

        var topics = new Dictionary<string, MetadataTopic>(_topics, StringComparer.Ordinal);
        Replace(topics, id, partition with { LeaderId = leader.BrokerId, LeaderTerm = leader.Term });
        var brokers = new Dictionary<int, BrokerAddress>(Brokers) { [leader.BrokerId] = leader.Address };
        return new ClusterSnapshot(this, brokers, topics);
    }

    /// <summary>
    /// The same with the leaders that an earlier answer, or a hint since then, knew of a later term: the broker of this
    /// answer may be the last to hear of them. Only while topics and partitions are those of that answer, since the terms
    /// of others begin anew.
    /// </summary>
    public ClusterSnapshot WithNewerLeadersOf(ClusterSnapshot earlier)
    {
        if (Version > earlier.Version)
        {
            return this;
        }

        Dictionary<string, MetadataTopic>? topics = null;
        var brokers = Brokers;
        foreach (var topic in _topics.Values)
        {
            foreach (var partition in topic.Partitions)
            {
                var id = new TopicPartition(topic.Name, partition.Partition);
                if (earlier.FindLeader(id) is not { } leader || leader.Term <= partition.LeaderTerm)
                {
                    continue;
                }

                topics ??= new Dictionary<string, MetadataTopic>(_topics, StringComparer.Ordinal);
                Replace(topics, id, partition with { LeaderId = leader.BrokerId, LeaderTerm = leader.Term });
                if (!brokers.ContainsKey(leader.BrokerId))
                {
                    brokers = new Dictionary<int, BrokerAddress>(brokers) { [leader.BrokerId] = leader.Address };
                }
            }
        }

        return topics is null ? this : new ClusterSnapshot(this, brokers, topics);
    }

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

    private static void Replace(Dictionary<string, MetadataTopic> topics, TopicPartition id, MetadataPartition partition)
    {
        var topic = topics[id.Topic];
        topics[id.Topic] = topic with
        {
            Partitions = [.. topic.Partitions.Select(other => other.Partition == id.Partition ? partition : other)],
        };
    }
}
