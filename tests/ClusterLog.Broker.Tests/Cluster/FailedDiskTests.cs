using ClusterLog.Broker.Hosting;
using ClusterLog.Client;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>A leader whose disk fails gives its place to one whose disk does not.</summary>
public sealed class FailedDiskTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SegmentWrite_FailsWhileNothingGoesToTheWal_StopsTheBroker()
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled, FlushesSoon);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", partitions: 1, replicas: 3, cancellationToken: Cancelled);
        var status = await client.Admin.GetClusterStatusAsync(Cancelled);
        var group = Assert.Single(status.Groups, group => group.Topic == "t");
        var leader = cluster[group.Leader!.Value.Value];

        // Where the partition's folder belongs, something else stands: what was acknowledged cannot go to its segment.
        var folder = Path.Combine(leader.Options.DataDirectory, "segments", $"{group.GroupId}");
        await WaitUntilAsync(() => Directory.Exists(folder));
        Directory.Delete(folder, recursive: true);
        await File.WriteAllTextAsync(folder, "not a folder", Cancelled);
        await using var producer = client.CreateProducer();
        await producer.ProduceAsync(Record("before"), Cancelled);

        await leader.Failure.WaitAsync(Patience, Cancelled);
        await cluster.StopBrokerAsync(leader.Options.BrokerId);
        Assert.Equal(1, (await producer.ProduceAsync(Record("after"), Cancelled)).Offset.Value);
    }

    private static void FlushesSoon(BrokerOptions options) => options.Storage.SegmentFlushInterval = TimeSpan.Zero;

    private static ProducerRecord Record(string value) =>
        new() { Topic = "t", Partition = 0, Value = System.Text.Encoding.UTF8.GetBytes(value) };

    private static async Task WaitUntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }
    }
}
