using System.Net;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Tests.Cluster;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>Shortcuts from a cluster under test to raw connections.</summary>
internal static class RawCluster
{
    public static Task<RawClient> OpenRawAsync(this TestCluster cluster, int broker, CancellationToken cancelled) =>
        RawClient.OpenAsync(cluster[broker].ClientEndPoint, cancelled);

    public static async Task CreateTopicAsync(
        this TestCluster cluster, string topic, int partitions, int replicas, CancellationToken cancelled)
    {
        await using var client = await RawClient.OpenAsync(cluster.Running.First().ClientEndPoint, cancelled);
        await client.AskAsync<CreateTopicRequest, CreateTopicResponse>(new(topic, partitions, replicas, 0));
    }

    /// <summary>The broker that serves a partition now: asked of them all until one does.</summary>
    public static async Task<BrokerHost> LeaderOfAsync(
        this TestCluster cluster, string topic, int partition, CancellationToken cancelled)
    {
        while (true)
        {
            foreach (var broker in cluster.Running)
            {
                await using var client = await RawClient.OpenAsync(broker.ClientEndPoint, cancelled);
                var listed = await client.AskAsync<ListOffsetsRequest, ListOffsetsResponse>(
                    new([new ListOffsetsPartition(topic, partition, -1)]));
                if (Assert.Single(listed.Partitions).Error == ErrorCode.None)
                {
                    return broker;
                }
            }

            cancelled.ThrowIfCancellationRequested();
        }
    }

    public static async Task<RawClient> OpenLeaderAsync(
        this TestCluster cluster, string topic, int partition, CancellationToken cancelled)
    {
        IPEndPoint leader = (await cluster.LeaderOfAsync(topic, partition, cancelled)).ClientEndPoint;
        return await RawClient.OpenAsync(leader, cancelled);
    }
}
