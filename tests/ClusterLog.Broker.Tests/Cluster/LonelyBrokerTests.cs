using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>What one broker of three says while the others are away.</summary>
public sealed class LonelyBrokerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metadata_OfABrokerThatHasNotCaughtUp_IsUnavailableAndNotEmpty()
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled);
        await using (var client = cluster.CreateClient())
        {
            await client.Admin.CreateTopicAsync("t", partitions: 1, cancellationToken: Cancelled);
        }

        foreach (var id in cluster.Ids)
        {
            await cluster.StopBrokerAsync(id, abruptly: true);
        }

        await cluster.StartBrokerAsync(1, Cancelled);
        await using (var client = cluster.CreateClient(requestTimeout: TimeSpan.FromMilliseconds(500)))
        {
            var error = await Assert.ThrowsAsync<ClusterLogException>(
                () => client.Admin.DescribeTopicAsync("t", Cancelled));
            Assert.True(error.IsTransient, error.Message);
            Assert.NotEqual(ErrorCode.UnknownTopic, error.Code);
        }

        await cluster.StartBrokerAsync(2, Cancelled);
        await using (var client = cluster.CreateClient())
        {
            Assert.Single((await client.Admin.DescribeTopicAsync("t", Cancelled)).Partitions);
        }
    }
}
