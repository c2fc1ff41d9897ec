using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Shards;
using ClusterLog.Client;
using ClusterLog.Raft;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>Three brokers of two disks each, of which one fails: what is on the other is served all the while.</summary>
public sealed class FailedDirectoryTests
{
    private const int Partitions = 6;

    private readonly ConcurrentDictionary<string, bool> _broken = [];
    private readonly List<(int Partition, string Value)> _acknowledged = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Directory_FailsAndComesBack_IsMadeGoodByTheOtherAndNobodySpeaksTwice()
    {
        await using var cluster = await StartAsync();
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", Partitions, replicas: 3, cancellationToken: Cancelled);
        await using var producer = client.CreateProducer();
        await ProduceAsync(producer, "before");
        var (broker, group) = await FindLeaderAsync(cluster, "disk-2");
        var disk = DiskOf(cluster, broker, 2);
        var before = await IdentitiesAsync(cluster, broker);
        await WaitUntilAsync(() => Task.FromResult(Directory.Exists(Path.Combine(disk, "segments", $"{group}"))));

        // It fails while it is written to: its replicas stop, others lead, and it comes back on the other disk.
        _broken[disk] = true;
        await ProduceAsync(producer, "while it fails");
        await WaitUntilAsync(async () =>
            cluster[broker].Health.Warnings.Count > 0 && await AreAllWithinAsync(cluster, broker, DiskOf(cluster, broker, 1)));
        await cluster[broker].WaitUntilReadyAsync(Cancelled);
        Assert.False(cluster[broker].Failure.IsCompleted);
        Assert.Contains($"{disk} has failed: The disk is broken.", Assert.Single(cluster[broker].Health.Warnings), StringComparison.Ordinal);
        Assert.Contains($"{disk} has failed", await GetAsync(cluster[broker], "/health/ready"), StringComparison.Ordinal);
        Assert.Contains(
            $"clusterlog_broker_directory_state{{directory=\"{disk}\"}} 2", await GetAsync(cluster[broker], "/metrics"), StringComparison.Ordinal);
        Assert.NotEqual(before[group], (await IdentitiesAsync(cluster, broker))[group]);
        await NeedThatBrokerAsync(cluster, broker, producer, "with what came back");

        // Without it from the start.
        await cluster.StopBrokerAsync(broker);
        await cluster.StartBrokerAsync(broker, Cancelled);
        await cluster.WaitUntilReadyAsync(Cancelled);
        Assert.Contains($"{disk} could not be opened", Assert.Single(cluster[broker].Health.Warnings), StringComparison.Ordinal);
        await ProduceAsync(producer, "without it");

        // It is there again, with replicas that have been replaced since: none of them speaks, and their files go.
        await cluster.StopBrokerAsync(broker);
        var left = Directory.GetDirectories(Path.Combine(disk, "segments")).Select(Path.GetFileName).ToArray();
        Assert.Contains($"{group}", left);
        _broken[disk] = false;
        await cluster.StartBrokerAsync(broker, Cancelled);
        await cluster.WaitUntilReadyAsync(Cancelled);
        Assert.Empty(cluster[broker].Health.Warnings);
        Assert.True(await AreAllWithinAsync(cluster, broker, DiskOf(cluster, broker, 1)));
        await WaitUntilAsync(() => Task.FromResult(!Directory.Exists(Path.Combine(disk, "segments", $"{group}"))));
        await NeedThatBrokerAsync(cluster, broker, producer, "with both");
        await CheckAsync(client);
    }

    [Fact]
    public async Task Directory_WithTheMetadataFails_OthersAreServedAndTheNextStartBringsItBack()
    {
        await using var cluster = await StartAsync();
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", Partitions, replicas: 3, cancellationToken: Cancelled);
        await using var producer = client.CreateProducer();
        await ProduceAsync(producer, "before");
        var (broker, group) = await FindLeaderAsync(cluster, "disk-2");
        var (disk, other) = (DiskOf(cluster, broker, 1), DiskOf(cluster, broker, 2));
        _broken[disk] = true;
        await WaitUntilAsync(async () =>
        {
            await ProduceAsync(producer, "while it fails");
            return cluster[broker].Health.Warnings.Count > 0 && await IsStoppedAsync(cluster, broker, GroupId.Metadata);
        });
        Assert.Contains("restart the broker", Assert.Single(cluster[broker].Health.Warnings), StringComparison.Ordinal);
        Assert.True(cluster[broker].Health.IsLive);
        await WaitUntilAsync(() => Task.FromResult(!cluster[broker].Health.IsReady));
        Assert.False(cluster[broker].Failure.IsCompleted);
        Assert.False(await IsStoppedAsync(cluster, broker, group));
        await ProduceAsync(producer, "without its metadata");

        // All that was there comes back on the other disk, the metadata too.
        await cluster.StopBrokerAsync(broker);
        await cluster.StartBrokerAsync(broker, Cancelled);
        await cluster.WaitUntilReadyAsync(Cancelled);
        await WaitUntilAsync(async () => await AreAllWithinAsync(cluster, broker, other));
        var metadata = (await IdentitiesAsync(cluster, broker))[GroupId.Metadata];
        Assert.NotEqual(0u, metadata.Incarnation);
        await NeedThatBrokerAsync(cluster, broker, producer, "with what came back");

        // The first disk is back, with an older replica of the metadata.
        await cluster.StopBrokerAsync(broker);
        _broken[disk] = false;
        await cluster.StartBrokerAsync(broker, Cancelled);
        await cluster.WaitUntilReadyAsync(Cancelled);
        Assert.Equal(metadata, (await IdentitiesAsync(cluster, broker))[GroupId.Metadata]);
        await NeedThatBrokerAsync(cluster, broker, producer, "with both");
        await CheckAsync(client);
    }

    [Fact]
    public async Task Directory_WithTheMetadataIsReplacedAndComesBackAlone_TakesPartAsAnotherAfterARestart()
    {
        await using var cluster = await StartAsync();
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", Partitions, replicas: 3, cancellationToken: Cancelled);
        await using var producer = client.CreateProducer();
        await ProduceAsync(producer, "before");
        const int broker = 2;
        var (disk, other) = (DiskOf(cluster, broker, 1), DiskOf(cluster, broker, 2));

        // Each of its disks is alone for a while. The first does not know what has become of it in the meantime.
        await RestartAsync(cluster, broker, disk);
        await cluster.WaitUntilReadyAsync(Cancelled);
        await WaitUntilAsync(() => VotesEverywhereAsync(cluster, broker));
        var second = (await IdentitiesAsync(cluster, broker))[GroupId.Metadata];
        await ProduceAsync(producer, "with the second disk");
        await RestartAsync(cluster, broker, other);
        Assert.Contains("restart of the broker", (await cluster[broker].Failure.WaitAsync(Cancelled)).Message, StringComparison.Ordinal);
        await RestartAsync(cluster, broker, other);
        await cluster.WaitUntilReadyAsync(Cancelled);
        await NeedThatBrokerAsync(cluster, broker, producer, "with the first disk");
        var third = (await IdentitiesAsync(cluster, broker))[GroupId.Metadata];
        Assert.True(third.Incarnation > second.Incarnation);

        await RestartAsync(cluster, broker, null);
        await cluster.WaitUntilReadyAsync(Cancelled);
        Assert.Equal(third, (await IdentitiesAsync(cluster, broker))[GroupId.Metadata]);
        await NeedThatBrokerAsync(cluster, broker, producer, "with both");
        await CheckAsync(client);
    }

    private async Task RestartAsync(TestCluster cluster, int broker, string? broken)
    {
        await cluster.StopBrokerAsync(broker);
        _broken.Clear();
        if (broken is not null)
        {
            _broken[broken] = true;
        }

        await cluster.StartBrokerAsync(broker, Cancelled);
    }

    private Task<TestCluster> StartAsync() => TestCluster.StartAsync(
        3,
        Cancelled,
        static options =>
        {
            var folder = options.DataDirectory;
            options.DataDirectory = $"{Path.Combine(folder, "disk-1")},{Path.Combine(folder, "disk-2")}";
            options.Storage.SegmentFlushInterval = TimeSpan.Zero;
        },
        disk => new BreakableDisk(disk, () => _broken.GetValueOrDefault(((LinuxDisk)disk).Root)));

    private static string DiskOf(TestCluster cluster, int broker, int disk) =>
        cluster.OptionsOf(broker).DataDirectories[disk - 1];

    private async Task ProduceAsync(Producer producer, string value)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{value} {_acknowledged.Count}");
            await producer.ProduceAsync(
                new ProducerRecord { Topic = "t", Partition = partition, Value = Encoding.UTF8.GetBytes(text) }, Cancelled);
            _acknowledged.Add((partition, text));
        }
    }

    /// <summary>With another broker away, that broker's replicas make the majority.</summary>
    private async Task NeedThatBrokerAsync(TestCluster cluster, int broker, Producer producer, string value)
    {
        await WaitUntilAsync(() => VotesEverywhereAsync(cluster, broker));
        var away = cluster.Ids.First(id => id != broker);
        await cluster.StopBrokerAsync(away, abruptly: true);
        await ProduceAsync(producer, value);
        await cluster.StartBrokerAsync(away, Cancelled);
        await cluster.WaitUntilReadyAsync(Cancelled);
    }

    private async Task CheckAsync(ClusterLogClient client)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            var values = new List<string>();
            var options = new ConsumeOptions { Topic = "t", Partitions = [partition], UntilEnd = true };
            await foreach (var record in client.ConsumeAsync(options, Cancelled))
            {
                values.Add(Encoding.UTF8.GetString(record.Value!.Value.Span));
            }

            Assert.Equal(_acknowledged.Where(item => item.Partition == partition).Select(static item => item.Value), values);
        }
    }

    private static async Task<(int Broker, GroupId Group)> FindLeaderAsync(TestCluster cluster, string disk)
    {
        while (true)
        {
            foreach (var broker in cluster.Ids)
            {
                var led = await AskAsync(cluster, broker, shard => shard.Replicas
                    .Where(replica => replica.Leads && replica.Log.Storage.Directory.EndsWith(disk, StringComparison.Ordinal))
                    .Select(static replica => replica.Group).ToArray());
                if (led.SelectMany(static groups => groups).ToArray() is { Length: > 0 } found)
                {
                    return (broker, found[0]);
                }
            }

            await Task.Delay(20, Cancelled);
        }
    }

    private static async Task<bool> AreAllWithinAsync(TestCluster cluster, int broker, string disk) =>
        (await AskAsync(cluster, broker, shard => (shard.Replicas.Count, shard.Replicas.All(
            replica => !replica.IsStopped && replica.Log.Storage.Directory == disk))))
        is var answers && answers.All(static answer => answer.Item2) && answers.Sum(static answer => answer.Count) == Partitions + 1;

    private static async Task<bool> IsStoppedAsync(TestCluster cluster, int broker, GroupId group) =>
        (await AskAsync(cluster, broker, shard => shard.Find(group)?.IsStopped)).Contains(true);

    private static async Task<bool> VotesEverywhereAsync(TestCluster cluster, int broker) =>
        (await AskAsync(cluster, broker, static shard => shard.Replicas.All(static replica =>
            !replica.IsStopped
            && replica.Configuration is { IsJoint: false, Voters.Length: 3 }
            && replica.Configuration.IsVoter(replica.Identity)
            && replica.ConfigurationIndex <= replica.Commit))).All(static votes => votes);

    private static async Task<Dictionary<GroupId, ReplicaId>> IdentitiesAsync(TestCluster cluster, int broker) =>
        (await AskAsync(cluster, broker, static shard => shard.Replicas.Select(
            static replica => (replica.Group, replica.Identity)).ToArray()))
        .SelectMany(static replicas => replicas).ToDictionary(static item => item.Group, static item => item.Identity);

    private static Task<IReadOnlyList<T>> AskAsync<T>(TestCluster cluster, int broker, Func<Shard, T> question) =>
        ((ShardSet)cluster[broker].Shards).AskAllAsync(question);

    private static async Task<string> GetAsync(BrokerHost broker, string path)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri($"http://{broker.HttpEndPoint}{path}"), Cancelled);
        return await response.Content.ReadAsStringAsync(Cancelled);
    }

    private static async Task WaitUntilAsync(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Delay(20, Cancelled);
        }
    }
}
