using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol.Messages;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Clients;

/// <summary>Tells what this broker knows of the cluster, and everything about its own replicas.</summary>
internal sealed class ClusterStatusHandler(ClientServices services)
{
    public async Task HandleAsync(ClientRequest request)
    {
        var replicas = await services.Shards.AskAllAsync(static shard =>
            (IReadOnlyList<StatusReplica>)[.. shard.Replicas.Select(Describe)]);
        var snapshot = services.Metadata.Snapshot;
        request.Succeed(new ClusterStatusResponse(
            services.Options.ClusterName,
            services.Options.BrokerId,
            BrokerVersion.Text,
            (long)services.Time.GetElapsedTime(services.StartedAt).TotalMilliseconds,
            services.Metadata.Leader.Value,
            [.. snapshot.Brokers.Values.Select(Describe)],
            [.. replicas.SelectMany(list => list).OrderBy(replica => replica.GroupId)]));
    }

    private StatusBroker Describe(BrokerInfo broker) => new(
        broker.BrokerId,
        broker.ClientHost,
        broker.ClientPort,
        broker.PeerAddress,
        broker.HttpAddress,
        broker.BrokerId == services.Options.BrokerId || services.Peers.IsConnected(new ReplicaId(broker.BrokerId)));

    private static StatusReplica Describe(Replica replica)
    {
        var partition = replica.Machine as Partition;
        return new StatusReplica(
            replica.Group.Value,
            partition?.Address.Topic ?? "",
            partition?.Address.Partition ?? 0,
            replica.IsStopped ? ReplicaRole.Failed : (ReplicaRole)(byte)replica.Role,
            replica.Term.Value,
            replica.Leader.Value,
            replica.Commit.Value,
            replica.Applied.Value,
            replica.Log.LastIndex.Value,
            partition?.FirstOffset ?? 0,
            partition?.HighWatermark ?? 0,
            partition?.Checksum ?? 0,
            partition?.SizeBytes ?? 0);
    }
}
