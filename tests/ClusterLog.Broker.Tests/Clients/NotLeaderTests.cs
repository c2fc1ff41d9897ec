using ClusterLog.Broker.Tests.Cluster;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>Requests to a broker that does not lead, or does not even hold, the partition.</summary>
public sealed class NotLeaderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_ToBrokersThatDoNotLead_AreRefusedAndChangeNothing()
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled);
        await cluster.CreateTopicAsync("t", partitions: 1, replicas: 3, Cancelled);
        await cluster.CreateTopicAsync("single", partitions: 1, replicas: 1, Cancelled);
        foreach (var topic in new[] { "t", "single" })
        {
            var leader = await cluster.LeaderOfAsync(topic, 0, Cancelled);
            await using var neighbour = await Neighbour.StartAsync(leader.ClientEndPoint, topic, 0, Cancelled);
            foreach (var other in cluster.Running.Where(broker => broker != leader))
            {
                await AssertNotLeaderAsync(other.ClientEndPoint, topic);
                await neighbour.GoesOnAsync(Cancelled);
            }

            await neighbour.StopAsync();
            await using var reader = await RawClient.OpenAsync(leader.ClientEndPoint, Cancelled);
            Assert.Equal(neighbour.Sent, await reader.ReadAllAsync(topic, 0));
        }
    }

    private static async Task AssertNotLeaderAsync(System.Net.IPEndPoint broker, string topic)
    {
        await using var client = await RawClient.OpenAsync(broker, Cancelled);
        foreach (var acks in Enum.GetValues<Acks>())
        {
            var produced = await client.TryAskAsync(RawFrames.Produce(topic, 0, RawFrames.Batch("stray"), acks));
            Assert.Equal(ErrorCode.NotLeader, produced.Error);
        }

        var fetched = await client.AskAsync<FetchRequest, FetchResponse>(
            RawFrames.Fetch(topic, 0, 0, minBytes: 1, waitMs: 30_000));
        Assert.Equal(ErrorCode.NotLeader, Assert.Single(fetched.Partitions).Error);
        var listed = await client.AskAsync<ListOffsetsRequest, ListOffsetsResponse>(
            new([new ListOffsetsPartition(topic, 0, -1)]));
        Assert.Equal(ErrorCode.NotLeader, Assert.Single(listed.Partitions).Error);
    }
}
