using ClusterLog.Broker.Shards;
using ClusterLog.Broker.Tests.Cluster;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Balancing;

/// <summary>Where leaders are after brokers have come and gone.</summary>
public sealed class LeaderBalancingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Leaders_OfThirtyPartitionsAfterARestartOfEachBroker_AreTenOnEach()
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", partitions: 30, cancellationToken: Cancelled);
        foreach (var id in cluster.Ids)
        {
            await cluster.StopBrokerAsync(id);
            await UntilLedAsync(cluster, [15, 15]);
            await cluster.StartBrokerAsync(id, Cancelled);
            await UntilLedAsync(cluster, [10, 10, 10]);
        }
    }

    /// <summary>Waits until the running brokers lead so many partitions each.</summary>
    private static async Task UntilLedAsync(TestCluster cluster, int[] expected)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var led = await Task.WhenAll(cluster.Running.Select(broker => ((ShardSet)broker.Shards).AskAllAsync(
                static shard => shard.Replicas.Count(static replica => replica.Group != GroupId.Metadata && replica.IsReadyToServe))));
            int[] counts = [.. led.Select(static shards => shards.Sum()).Order()];
            if (counts.SequenceEqual(expected))
            {
                return;
            }

            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < Patience,
                $"expected {string.Join(", ", expected)}, found {string.Join(", ", counts)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancelled);
        }
    }
}
