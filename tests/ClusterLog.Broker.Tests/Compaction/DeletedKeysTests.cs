using System.Globalization;
using System.Text;
using ClusterLog.Broker.Tests.Cluster;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Tests.Compaction;

/// <summary>Deleted keys on real brokers: they go from every replica, and are answered as absent whatever comes.</summary>
public sealed class DeletedKeysTests
{
    private const int Keys = 60;
    private const string Topic = "t";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delete_WithAShortGrace_GoesOnAllReplicas_AndFromThoseThatAreRepaired()
    {
        await using var cluster = await StartAsync(brokers: 3);
        await using var client = cluster.CreateClient();
        await CreateAsync(client, new() { ["cleanup"] = "compact", ["tombstone.grace"] = "300ms" });
        await using var producer = client.CreateProducer();
        await WriteAsync(producer, _ => "first");
        await WriteAsync(producer, key => key % 2 == 0 ? "second" : null);
        await UntilNothingIsLeftAsync(cluster, "odd-");
        await CheckAsync(client, "second");

        // One loses its disk: what the others have left is all that it gets.
        await cluster.StopBrokerAsync(2, abruptly: true);
        Directory.Delete(cluster.OptionsOf(2).DataDirectory, recursive: true);
        await cluster.StartBrokerAsync(2, Cancelled);
        await UntilAllAreAlikeAsync(client);
        await WriteAsync(producer, key => key % 2 == 0 ? "third" : null);
        await UntilNothingIsLeftAsync(cluster, "odd-");
        await cluster.StopBrokerAsync(3, abruptly: true);
        await CheckAsync(client, "third");
    }

    [Fact]
    public async Task Delete_WhileABrokerIsAway_KeepsItsMark()
    {
        await using var cluster = await StartAsync(brokers: 3);
        await using var client = cluster.CreateClient();
        await CreateAsync(client, new() { ["cleanup"] = "compact", ["tombstone.grace"] = "0" });
        await using var producer = client.CreateProducer();
        await WriteAsync(producer, _ => "first");
        await cluster.StopBrokerAsync(3, abruptly: true);
        await WriteAsync(producer, key => key % 2 == 0 ? "second" : null);

        // The others compact, and do not drop what the third has not seen.
        await EventuallyAsync(async () => (await ReadAsync(client)).Count == Keys);
        Assert.Equal(Keys / 2, (await ReadAsync(client)).Count(record => record.Value is null));
        await cluster.StartBrokerAsync(3, Cancelled);
        await UntilNothingIsLeftAsync(cluster, "odd-");
        await CheckAsync(client, "second");
    }

    [Fact]
    public async Task Get_OfADeletedKeyByAnIndexThatIsBehind_GivesNone()
    {
        await using var cluster = await StartAsync(brokers: 1);
        await using var client = cluster.CreateClient();
        await CreateAsync(client, new() { ["cleanup"] = "compact", ["tombstone.grace"] = "0" });
        await using var producer = client.CreateProducer();
        await WriteAsync(producer, _ => "first");
        Assert.NotNull(await client.GetAsync(Topic, KeyOf(1), Cancelled));

        // The index as it is saved now comes back once the marks are gone of what it names.
        var index = Path.Combine(cluster.OptionsOf(1).DataDirectory, "keys");
        await RestartAsync(cluster, () => Copy(index, index + ".old"));
        await WriteAsync(producer, key => key % 2 == 0 ? "second" : null);
        await UntilNothingIsLeftAsync(cluster, "odd-");
        await RestartAsync(cluster, () =>
        {
            Directory.Delete(index, recursive: true);
            Directory.Move(index + ".old", index);
        });
        await CheckAsync(client, "second");

        // Built again it has never heard of them.
        await RestartAsync(cluster, () => Directory.Delete(index, recursive: true));
        await CheckAsync(client, "second");
    }

    [Fact]
    public async Task CompactAndDelete_WhileBothRun_ServesTheLatestBehindTheStart()
    {
        await using var cluster = await StartAsync(brokers: 1, options =>
        {
            options.Storage.SegmentBytesMax = 16 << 10;
            options.Storage.SegmentFlushBytes = 1 << 10;
            options.Storage.CheckpointEntries = 50;
        });
        await using var client = cluster.CreateClient();
        await CreateAsync(client, new() { ["cleanup"] = "compact,delete", ["retention.bytes"] = "64KiB" });
        await using var producer = client.CreateProducer();
        var old = await producer.ProduceAsync(new ProducerRecord(Topic, "v"u8.ToArray(), "old"u8.ToArray()), Cancelled);
        Assert.Equal(old.Offset, (await client.GetAsync(Topic, "old"u8.ToArray(), Cancelled))!.Value.Offset);
        var latest = new Dictionary<string, long> { ["old"] = old.Offset.Value };
        var random = new Random(1);
        await EventuallyAsync(async () =>
        {
            var sent = new List<(string Key, Task<DeliveryReport> Report)>();
            for (var i = 0; i < 200; i++)
            {
                // New keys too, so that there is something for retention to take.
                var key = string.Create(CultureInfo.InvariantCulture, $"{random.Next(1 + (latest.Count * 2))}");
                sent.Add((key, producer.ProduceAsync(
                    new ProducerRecord(Topic, new byte[100], Encoding.UTF8.GetBytes(key)), Cancelled)));
            }

            foreach (var (key, report) in sent)
            {
                latest[key] = (await report).Offset.Value;
            }

            List<ConsumedRecord> records;
            try
            {
                records = await ReadAsync(client);
            }
            catch (ClusterLogException overtaken) when (overtaken.Code == ErrorCode.OffsetOutOfRange)
            {
                return false;
            }

            var start = records[0].Offset.Value;
            Assert.Equal(
                latest.Values.Where(offset => offset >= start).Order(),
                records.GroupBy(record => Text(record.Key), record => record.Offset.Value).Select(key => key.Max()).Order());
            return start > 2_000;
        });
        Assert.Null(await client.GetAsync(Topic, "old"u8.ToArray(), Cancelled));
        var newest = latest.MaxBy(item => item.Value);
        Assert.Equal(
            newest.Value, (await client.GetAsync(Topic, Encoding.UTF8.GetBytes(newest.Key), Cancelled))!.Value.Offset.Value);
    }

    // Segments are as large as by default: they end before they are full.
    private static Task<TestCluster> StartAsync(int brokers, Action<Broker.Hosting.BrokerOptions>? configure = null) =>
        TestCluster.StartAsync(brokers, Cancelled, options =>
        {
            options.Storage.SegmentFlushInterval = TimeSpan.Zero;
            options.Compaction.Interval = TimeSpan.FromMilliseconds(100);
            options.Compaction.SegmentAgeMax = TimeSpan.FromMilliseconds(50);
            configure?.Invoke(options);
        });

    private static Task<TopicDescription> CreateAsync(ClusterLogClient client, Dictionary<string, string> config) =>
        client.Admin.CreateTopicAsync(Topic, new CreateTopicOptions { Partitions = 1, Config = config }, Cancelled);

    private static async Task RestartAsync(TestCluster cluster, Action meanwhile)
    {
        await cluster.StopBrokerAsync(1);
        meanwhile();
        await cluster.StartBrokerAsync(1, Cancelled);
        await cluster.WaitUntilReadyAsync(Cancelled);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static byte[] KeyOf(int key) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(key % 2 == 0 ? "even" : "odd")}-{key}"));

    private static async Task WriteAsync(Producer producer, Func<int, string?> valueOf)
    {
        for (var key = 0; key < Keys; key++)
        {
            ReadOnlyMemory<byte>? value = valueOf(key) is { } text
                ? Encoding.UTF8.GetBytes(text)
                : default(ReadOnlyMemory<byte>?);
            await producer.ProduceAsync(new ProducerRecord(Topic, value, KeyOf(key)), Cancelled);
        }
    }

    /// <summary>Until no replica's segments hold a text.</summary>
    private static Task UntilNothingIsLeftAsync(TestCluster cluster, string text) => EventuallyAsync(async () =>
    {
        await Task.Delay(50, Cancelled);
        return cluster.Ids.All(id => !Holds(Path.Combine(cluster.OptionsOf(id).DataDirectory, "segments", "1"), text));
    });

    private static bool Holds(string folder, string text)
    {
        try
        {
            var files = Directory.GetFiles(folder, "*.log");
            return files.Length == 0
                || files.Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
        }
        catch (IOException)
        {
            // A file has just been replaced, or there is none yet.
            return true;
        }
    }

    private static Task UntilAllAreAlikeAsync(ClusterLogClient client) => EventuallyAsync(async () =>
    {
        var status = await client.Admin.GetClusterStatusAsync(Cancelled);
        var replicas = status.Groups.Single(group => group.Topic == Topic).Replicas;
        return replicas.Count == 3
            && replicas.Select(replica => (replica.NextOffset, replica.Checksum, replica.SizeBytes)).Distinct().Count() == 1;
    });

    private static async Task CheckAsync(ClusterLogClient client, string value)
    {
        for (var key = 0; key < Keys; key++)
        {
            var found = await client.GetAsync(Topic, KeyOf(key), Cancelled);
            Assert.Equal(key % 2 == 0 ? value : null, found is { } record ? Text(record.Value) : null);
        }

        var records = await ReadAsync(client);
        Assert.Equal(
            Enumerable.Range(0, Keys / 2).Select(key => Text(KeyOf(2 * key))),
            records.Where(record => record.Value is not null && Text(record.Value) == value).Select(record => Text(record.Key)));
    }

    private static async Task<List<ConsumedRecord>> ReadAsync(ClusterLogClient client)
    {
        var records = new List<ConsumedRecord>();
        await foreach (var record in client.ConsumeAsync(new ConsumeOptions { Topic = Topic, UntilEnd = true }, Cancelled))
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

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.Span);
}
