using System.Globalization;
using System.Text;
using ClusterLog.Broker.Tests.Cluster;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Tests.Compaction;

/// <summary>A compacted topic on real brokers, against a dictionary: nothing that counts is lost, and the rest goes.</summary>
public sealed class CompactedTopicTests
{
    private const int Keys = 50;
    private const string Topic = "t";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compaction_UnderWritesAndReads_KeepsTheLatestOfEachKey()
    {
        await using var cluster = await StartAsync(brokers: 1);
        await using var client = cluster.CreateClient();
        await CreateAsync(client);
        var model = new Model();
        await using var producer = client.CreateProducer();
        var round = 0;
        await EventuallyAsync(async () =>
        {
            await model.WriteAsync(producer, 200, round++);
            var records = await ReadAsync(client);
            model.Check(records);
            return records.Count < model.Written / 2;
        });
        var offsets = (await ReadAsync(client)).ConvertAll(record => record.Offset.Value);
        Assert.Equal(offsets.Distinct().Order(), offsets);
        Assert.Equal(model.Written - 1, offsets[^1]);
    }

    [Fact]
    public async Task Compaction_OnThreeBrokersThatCrashAndReturn_KeepsTheLatestAndEqualChecksums()
    {
        await using var cluster = await StartAsync(brokers: 3);
        await using var client = cluster.CreateClient();
        await CreateAsync(client);
        var model = new Model();
        await using var producer = client.CreateProducer();
        for (var round = 0; round < 6; round++)
        {
            // One is away while the others go on and compact, and catches up from what they have left.
            var away = 1 + (round % 3);
            await cluster.StopBrokerAsync(away, abruptly: true);
            await EventuallyAsync(async () =>
            {
                await model.WriteAsync(producer, 150, round);
                var records = await ReadAsync(client);
                model.Check(records);
                return records.Count < model.Written / 2;
            });
            await cluster.StartBrokerAsync(away, Cancelled);
            await cluster.WaitUntilReadyAsync(Cancelled);
        }

        await EventuallyAsync(async () =>
        {
            var status = await client.Admin.GetClusterStatusAsync(Cancelled);
            var replicas = status.Groups.Single(group => group.Topic == Topic).Replicas;
            return replicas.Count == 3 && replicas.All(replica => replica.NextOffset.Value == model.Written)
                && replicas.Select(replica => (replica.Checksum, replica.SizeBytes)).Distinct().Count() == 1;
        });
        model.Check(await ReadAsync(client));
    }

    [Fact]
    public async Task Get_UnderWritesCompactionAndRestarts_GivesTheLatest()
    {
        await using var cluster = await StartAsync(brokers: 3);
        await using var client = cluster.CreateClient();
        await CreateAsync(client);
        var model = new Model();
        await using var producer = client.CreateProducer();
        for (var round = 0; round < 4; round++)
        {
            await model.WriteAsync(producer, 200, round);
            await model.CheckGetAsync(client);
            var away = 1 + (round % 3);
            await cluster.StopBrokerAsync(away, abruptly: round % 2 == 0);
            await model.WriteAsync(producer, 50, round);
            await model.CheckGetAsync(client);
            if (round % 2 == 1)
            {
                // Lost, or damaged: it is built again.
                foreach (var path in Directory.EnumerateFiles(
                    Path.Combine(cluster.OptionsOf(away).DataDirectory, "keys"), "*", SearchOption.AllDirectories))
                {
                    await File.WriteAllBytesAsync(path, new byte[100], Cancelled);
                }
            }

            await cluster.StartBrokerAsync(away, Cancelled);
            await cluster.WaitUntilReadyAsync(Cancelled);
        }

        await model.CheckGetAsync(client);
        Assert.Null(await client.GetAsync(Topic, "nobody has this"u8.ToArray(), Cancelled));
    }

    [Fact]
    public async Task Get_OfADeletedKey_GivesNone_AndOfATopicThatIsNotCompacted_IsRefused()
    {
        await using var cluster = await StartAsync(brokers: 1);
        await using var client = cluster.CreateClient();
        await CreateAsync(client);
        await client.Admin.CreateTopicAsync("plain", partitions: 1, cancellationToken: Cancelled);
        await using var producer = client.CreateProducer();
        await producer.ProduceAsync(new ProducerRecord(Topic, "v"u8.ToArray(), "k"u8.ToArray()), Cancelled);
        var found = await client.GetAsync(Topic, "k"u8.ToArray(), Cancelled);
        Assert.Equal("v", Encoding.UTF8.GetString(found!.Value.Value!.Value.Span));
        await producer.ProduceAsync(new ProducerRecord(Topic, null, "k"u8.ToArray()), Cancelled);
        Assert.Null(await client.GetAsync(Topic, "k"u8.ToArray(), Cancelled));
        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => client.GetAsync("plain", "k"u8.ToArray(), Cancelled));
        Assert.Equal(ErrorCode.NotCompacted, error.Code);
    }

    [Fact]
    public async Task Produce_WithoutAKey_IsRefusedAsTheDocumentSays()
    {
        await using var cluster = await StartAsync(brokers: 1);
        await using var client = cluster.CreateClient();
        await CreateAsync(client);
        await using var producer = client.CreateProducer();
        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => producer.ProduceAsync(new ProducerRecord(Topic, "v"u8.ToArray()), Cancelled));
        Assert.Equal(ErrorCode.KeyRequired, error.Code);
        Assert.False(error.IsTransient);
        Assert.Contains("record 0 of 1 has none", error.Message, StringComparison.Ordinal);
    }

    private static Task<TestCluster> StartAsync(int brokers) => TestCluster.StartAsync(brokers, Cancelled, options =>
    {
        options.Storage.SegmentBytesMax = 16 << 10;
        options.Storage.SegmentFlushBytes = 1 << 10;
        options.Storage.SegmentFlushInterval = TimeSpan.Zero;
        options.Storage.TailBytesMax = 0;
        options.Storage.CheckpointEntries = 100;
        options.Compaction.Interval = TimeSpan.FromMilliseconds(100);
        options.Compaction.DirtyPercentMin = 10;
        options.Compaction.MapBytesMax = 4 << 10;
    });

    private static Task<TopicDescription> CreateAsync(ClusterLogClient client) => client.Admin.CreateTopicAsync(
        Topic,
        new CreateTopicOptions { Partitions = 1, Config = new Dictionary<string, string> { ["cleanup"] = "compact" } },
        Cancelled);

    private static async Task<List<ConsumedRecord>> ReadAsync(ClusterLogClient client)
    {
        var records = new List<ConsumedRecord>();
        var options = new ConsumeOptions { Topic = Topic, UntilEnd = true };
        await foreach (var record in client.ConsumeAsync(options, Cancelled))
        {
            records.Add(record);
        }

        return records;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            Cancelled.ThrowIfCancellationRequested();
        }
    }

    /// <summary>What was written, and what a reader must find of it.</summary>
    private sealed class Model
    {
        private readonly Dictionary<string, (long Offset, string Value)> _latest = [];
        private readonly Dictionary<long, (string Key, string Value)> _all = [];
        private readonly Random _random = new(1);

        public long Written => _all.Count;

        public async Task WriteAsync(Producer producer, int count, int round)
        {
            var sent = new List<(string Key, string Value, Task<DeliveryReport> Report)>();
            for (var i = 0; i < count; i++)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"key-{_random.Next(Keys)}");
                var value = string.Create(CultureInfo.InvariantCulture, $"{round} {i} {new string('x', _random.Next(200))}");
                var record = new ProducerRecord(Topic, Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(key));
                sent.Add((key, value, producer.ProduceAsync(record, Cancelled)));
                if (_random.Next(5) == 0)
                {
                    await sent[^1].Report;
                }
            }

            foreach (var (key, value, report) in sent)
            {
                var offset = (await report).Offset.Value;
                _latest[key] = (offset, value);
                _all.Add(offset, (key, value));
            }
        }

        public async Task CheckGetAsync(ClusterLogClient client)
        {
            foreach (var (key, latest) in _latest)
            {
                var found = await client.GetAsync(Topic, Encoding.UTF8.GetBytes(key), Cancelled);
                Assert.Equal(latest, (found!.Value.Offset.Value, Text(found.Value.Value)));
                Assert.Equal(key, Text(found.Value.Key));
            }
        }

        public void Check(List<ConsumedRecord> records)
        {
            var found = new Dictionary<string, (long Offset, string Value)>();
            foreach (var record in records)
            {
                var (key, value) = (Text(record.Key), Text(record.Value));
                Assert.Equal(_all[record.Offset.Value], (key, value));
                found[key] = (record.Offset.Value, value);
            }

            Assert.Equal(_latest.OrderBy(pair => pair.Key, StringComparer.Ordinal), found.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        }

        private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.Span);
    }
}
