using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Clients;

/// <summary>Tells a client which brokers and topics there are, and who leads what, from this broker's own snapshot.</summary>
internal sealed class MetadataHandler(ClientServices services)
{
    /// <summary>What a client is told to wait for a broker that has just started.</summary>
    private const int StartRetryMs = 100;

    public void Handle(ClientRequest request, MetadataRequest body)
    {
        if (!services.Metadata.HasCaughtUp)
        {
            request.Fail(
                ErrorCode.MetadataNotAvailable,
                $"Broker {services.Options.BrokerId} has just started and does not know the topics yet.",
                StartRetryMs);
            return;
        }

        var snapshot = services.Metadata.Snapshot;
        // Each name once, however often it is asked for: a short request must not make a huge answer.
        var names = body.Topics?.Distinct(StringComparer.Ordinal) ?? [.. snapshot.Topics.Keys.Order(StringComparer.Ordinal)];
        request.Succeed(new MetadataResponse(
            services.Options.ClusterName,
            services.Metadata.Leader.Value,
            (long)snapshot.Version.Value,
            [.. snapshot.Brokers.Values.Select(broker =>
                new MetadataBroker(broker.BrokerId, broker.ClientHost, broker.ClientPort))],
            [.. names.Select(name => Describe(snapshot, name))]));
    }

    private MetadataTopic Describe(MetadataSnapshot snapshot, string name)
    {
        if (!snapshot.Topics.TryGetValue(name, out var topic))
        {
            return new MetadataTopic(name, ErrorCode.UnknownTopic, 0, []);
        }

        return new MetadataTopic(name, ErrorCode.None, topic.ReplicaCount, [.. topic.Partitions.Select(partition =>
        {
            var (leader, term) = services.Leaders.LeaderOf(partition.Group);
            return new MetadataPartition(
                partition.Partition, leader.Value, term.Value, [.. partition.Replicas.Select(replica => replica.Value)]);
        })]);
    }
}
