using ClusterLog.Broker.Tests.Clients;
using ClusterLog.Broker.Tests.Cluster;

namespace ClusterLog.Broker.Tests.Shards;

/// <summary>A broker that stops lets go of everything, also of what has no majority any more.</summary>
public sealed class StopTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_WithRequestsThatWait_LetsGoOfTheirConnections(bool abruptly)
    {
        await using var cluster = await TestCluster.StartAsync(
            3, Cancelled, options => options.Raft.ElectionTicks = 40);
        await cluster.CreateTopicAsync("t", partitions: 1, replicas: 3, Cancelled);
        var leader = await cluster.LeaderOfAsync("t", 0, Cancelled);
        await using var client = await RawClient.OpenAsync(leader.ClientEndPoint, Cancelled);
        foreach (var other in cluster.Ids.Where(id => id != leader.Options.BrokerId).ToArray())
        {
            await cluster.StopBrokerAsync(other, abruptly: true);
        }

        // No majority is left: these wait, and the broker stops under them.
        await client.SendAsync(1, RawFrames.Produce("t", 0, RawFrames.Batch("waits")));
        await client.SendAsync(2, RawFrames.Produce("t", 0, RawFrames.Batch(7, 0, 0, "waits")));
        await client.SendAsync(3, RawFrames.Fetch("t", 0, 0, minBytes: 1 << 20, waitMs: 30_000));
        await cluster.StopBrokerAsync(leader.Options.BrokerId, abruptly);
        while (leader.ClientConnections.Serving > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
        }

        await client.ReceiveUntilClosedAsync();
    }
}
