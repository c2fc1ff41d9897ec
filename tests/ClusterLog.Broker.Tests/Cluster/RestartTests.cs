using System.Text;
using ClusterLog.Broker.Hosting;
using ClusterLog.Client;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>What brokers find on their disks when they come back, and how they get going again.</summary>
public sealed class RestartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_AfterATopicsDeletionWhoseCreationIsCommittedFirst_GoesOn()
    {
        await using var cluster = await TestCluster.StartAsync(1, Cancelled, HasSegmentsAtOnce);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("gone", partitions: 4, cancellationToken: Cancelled);

        // The creation is in a segment, and so known to be committed at the next start; the deletion is not.
        await WaitUntilMetadataSegmentHoldsAsync(cluster, "gone");
        cluster.OptionsOf(1).Storage.SegmentFlushInterval = TimeSpan.FromHours(1);
        await RestartAsync(cluster);
        await client.Admin.DeleteTopicAsync("gone", Cancelled);
        await RestartAsync(cluster);

        Assert.False(cluster[1].Failure.IsCompleted);
        Assert.Empty(await client.Admin.ListTopicsAsync(Cancelled));
    }

    [Fact]
    public async Task Start_WithMoreInTheWalThanMemoryMayHold_GetsGoingAgain()
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled, NeverHasSegments);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", partitions: 1, cancellationToken: Cancelled);
        await SendAsync(client, records: 60);
        foreach (var id in cluster.Ids)
        {
            cluster.OptionsOf(id).Storage.TailBytesMax = 1 << 20;
            cluster.OptionsOf(id).Storage.SegmentFlushInterval = TimeSpan.FromMilliseconds(100);
        }

        await RestartAsync(cluster);
        await SendAsync(client, records: 10);
        var end = Assert.Single(await client.Admin.ListOffsetsAsync("t", StartPosition.Latest, Cancelled));
        Assert.Equal(70, end.Offset?.Value);
    }

    [Fact]
    public async Task Stop_AllBrokersAtOnce_EndsThoughNobodyTakesTheGroups()
    {
        await using var cluster = await TestCluster.StartAsync(
            3, Cancelled, options => options.ShutdownTimeout = TimeSpan.FromMinutes(10));
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", partitions: 12, cancellationToken: Cancelled);

        // Were the groups handed round from one to the other, this would take half of the ten minutes.
        await Task.WhenAll(cluster.Ids.Select(id => cluster.StopBrokerAsync(id))).WaitAsync(2 * Patience, Cancelled);
    }

    private static void HasSegmentsAtOnce(BrokerOptions options) =>
        options.Storage.SegmentFlushInterval = TimeSpan.Zero;

    private static void NeverHasSegments(BrokerOptions options)
    {
        options.Storage.SegmentFlushInterval = TimeSpan.FromHours(1);
        options.Storage.SegmentFlushBytes = 64 << 20;
    }

    private static async Task WaitUntilMetadataSegmentHoldsAsync(TestCluster cluster, string name)
    {
        var folder = Path.Combine(cluster.OptionsOf(1).DataDirectory, "segments", "0");
        while (!Directory.Exists(folder)
            || !Directory.EnumerateFiles(folder, "*.log").Any(
                path => File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(name)) >= 0))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }
    }

    private static async Task RestartAsync(TestCluster cluster)
    {
        foreach (var id in cluster.Ids)
        {
            await cluster.StopBrokerAsync(id, abruptly: true);
        }

        foreach (var id in cluster.Ids)
        {
            await cluster.StartBrokerAsync(id, Cancelled);
        }

        await cluster.WaitUntilReadyAsync(Cancelled).WaitAsync(Patience, Cancelled);
    }

    private static async Task SendAsync(ClusterLogClient client, int records)
    {
        await using var producer = client.CreateProducer();
        for (var i = 0; i < records; i++)
        {
            await producer.ProduceAsync(
                new ProducerRecord { Topic = "t", Partition = 0, Value = new byte[64 << 10] }, Cancelled);
        }
    }
}
