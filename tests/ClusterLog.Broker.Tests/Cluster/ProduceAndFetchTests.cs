using System.Text;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>The whole way of a record: a real client, real sockets, real disks, one to three real brokers.</summary>
public sealed class ProduceAndFetchTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Produce_OnOneBroker_GivesDenseOffsetsAndTheSameBytesBack()
    {
        await using var cluster = await TestCluster.StartAsync(1, Cancelled);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", partitions: 1, cancellationToken: Cancelled);
        await using var producer = client.CreateProducer();
        for (var i = 0; i < 100; i++)
        {
            var report = await producer.ProduceAsync(Record("t", 0, i), Cancelled);
            Assert.Equal(i, report.Offset.Value);
        }

        Assert.Equal(Enumerable.Range(0, 100), await ReadAsync(client, "t", 0));
    }

    [Fact]
    public async Task Produce_OnThreeBrokers_EveryPartitionComesBackInOrder()
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", partitions: 6, cancellationToken: Cancelled);
        await SendAsync(client, "t", partitions: 6, from: 0, count: 600);
        for (var partition = 0; partition < 6; partition++)
        {
            var mine = partition;
            Assert.Equal(Enumerable.Range(0, 600).Where(i => i % 6 == mine), await ReadAsync(client, "t", partition));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Produce_WhileABrokerStopsAndReturns_LosesAndRepeatsNothing(bool abruptly)
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", partitions: 6, cancellationToken: Cancelled);
        await SendAsync(client, "t", partitions: 6, from: 0, count: 600);
        var sending = SendAsync(client, "t", partitions: 6, from: 600, count: 6000);
        await cluster.StopBrokerAsync(2, abruptly);
        await sending;
        await SendAsync(client, "t", partitions: 6, from: 6600, count: 600);
        await cluster.StartBrokerAsync(2, Cancelled);
        await cluster.WaitUntilReadyAsync(Cancelled);
        for (var partition = 0; partition < 6; partition++)
        {
            var mine = partition;
            Assert.Equal(Enumerable.Range(0, 7200).Where(i => i % 6 == mine), await ReadAsync(client, "t", partition));
        }
    }

    [Fact]
    public async Task Restart_OfAllBrokers_KeepsTopicsRecordsAndOffsets()
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", partitions: 3, cancellationToken: Cancelled);
        await SendAsync(client, "t", partitions: 3, from: 0, count: 300);
        foreach (var id in cluster.Ids)
        {
            await cluster.StopBrokerAsync(id, abruptly: true);
        }

        foreach (var id in cluster.Ids)
        {
            await cluster.StartBrokerAsync(id, Cancelled);
        }

        await cluster.WaitUntilReadyAsync(Cancelled);
        await SendAsync(client, "t", partitions: 3, from: 300, count: 300);
        for (var partition = 0; partition < 3; partition++)
        {
            var mine = partition;
            Assert.Equal(Enumerable.Range(0, 600).Where(i => i % 3 == mine), await ReadAsync(client, "t", partition));
        }
    }

    [Fact]
    public async Task Status_AfterWrites_ShowsEqualReplicas()
    {
        await using var cluster = await TestCluster.StartAsync(3, Cancelled);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", partitions: 2, cancellationToken: Cancelled);
        await SendAsync(client, "t", partitions: 2, from: 0, count: 200);
        while (true)
        {
            Cancelled.ThrowIfCancellationRequested();
            var status = await client.Admin.GetClusterStatusAsync(Cancelled);
            var groups = status.Groups.Where(group => group.Topic == "t").ToArray();
            Assert.Equal(2, groups.Length);
            Assert.All(groups, group => Assert.Equal(3, group.Replicas.Count));
            if (groups.All(group => group.Replicas.All(replica => replica.NextOffset == new Offset(100))))
            {
                Assert.All(groups, group => Assert.Single(group.Replicas.Select(replica => replica.Checksum).Distinct()));
                return;
            }
        }
    }

    [Fact]
    public async Task Fetch_ByTimestamp_StartsAtTheFirstRecordAtOrAfterIt()
    {
        await using var cluster = await TestCluster.StartAsync(1, Cancelled);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", partitions: 1, cancellationToken: Cancelled);
        await using (var producer = client.CreateProducer())
        {
            for (var i = 0; i < 50; i++)
            {
                await producer.EnqueueAsync(
                    Record("t", 0, i) with { Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(1000 + i) },
                    cancellationToken: Cancelled);
            }

            await producer.FlushAsync(Cancelled);
        }

        var offsets = await client.Admin.ListOffsetsAsync(
            "t", StartPosition.AtTimestamp(DateTimeOffset.FromUnixTimeMilliseconds(1030)), Cancelled);
        Assert.Equal(30, Assert.Single(offsets).Offset?.Value);
    }

    private static ProducerRecord Record(string topic, int partition, int number) => new()
    {
        Topic = topic,
        Partition = partition,
        Value = Encoding.UTF8.GetBytes($"{number}"),
    };

    private static async Task SendAsync(ClusterLogClient client, string topic, int partitions, int from, int count)
    {
        await using var producer = client.CreateProducer();
        var failures = new List<ClusterLogException>();
        for (var i = from; i < from + count; i++)
        {
            await producer.EnqueueAsync(
                Record(topic, i % partitions, i),
                report =>
                {
                    if (report.Error is not null)
                    {
                        lock (failures)
                        {
                            failures.Add(report.Error);
                        }
                    }
                },
                Cancelled);
        }

        await producer.FlushAsync(Cancelled);
        Assert.Empty(failures);
    }

    private static async Task<List<int>> ReadAsync(ClusterLogClient client, string topic, int partition)
    {
        var numbers = new List<int>();
        var options = new ConsumeOptions { Topic = topic, Partitions = [partition], UntilEnd = true };
        await foreach (var record in client.ConsumeAsync(options, Cancelled))
        {
            Assert.Equal(numbers.Count, record.Offset.Value);
            numbers.Add(int.Parse(Encoding.UTF8.GetString(record.Value!.Value.Span), System.Globalization.CultureInfo.InvariantCulture));
        }

        return numbers;
    }
}
