using System.Buffers;
using System.Diagnostics;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Tests.Cluster;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Messages;
using ClusterLog.Testing;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>
/// 200,000 damaged frames against a real broker. No input crashes it, makes it hang, or makes it allocate without
/// bound; what it stores is exactly what was sent whole; and a client beside it notices nothing.
/// </summary>
public sealed class FrameFuzzTests(ITestOutputHelper output)
{
    private const int FramesInAll = 200_000;
    private const int Fuzzers = 8;

    /// <summary>Allocated by broker and test together, on average over the run, for one frame of about 100 bytes.</summary>
    private const long AllocatedPerFrameMax = 48 << 10;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Broker_UnderDamagedFrames_AnswersEachAndStaysWhole()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var given)
            ? given
            : (int)(Stopwatch.GetTimestamp() & int.MaxValue);
        output.WriteLine($"Seed {seed}; FUZZ_SEED={seed} repeats it.");
        await using var cluster = await TestCluster.StartAsync(1, Cancelled, Configure);
        await cluster.CreateTopicAsync("healthy", partitions: 1, replicas: 1, Cancelled);
        await cluster.CreateTopicAsync("target", partitions: 1, replicas: 1, Cancelled);
        var batch = RawFrames.Batch("the only", "records", "of target");
        var neighbour = await Neighbour.StartAsync(cluster[1].ClientEndPoint, "healthy", 0, Cancelled);
        var fuzzers = Enumerable.Range(0, Fuzzers).Select(i => Fuzzer(cluster, batch, unchecked(seed + i))).ToArray();
        var allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        try
        {
            await Task.WhenAll(fuzzers.Select(fuzzer => Task.Run(() => fuzzer.RunAsync(FramesInAll / Fuzzers))));
        }
        catch (Exception exception)
        {
            Assert.Fail($"Seed {seed}: {exception}");
        }

        var frames = fuzzers.Sum(fuzzer => fuzzer.Frames);
        var allocated = (GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore) / frames;
        Report(fuzzers, allocated);
        Assert.True(allocated < AllocatedPerFrameMax, $"Seed {seed}: {allocated} bytes were allocated for each frame.");
        await neighbour.GoesOnAsync(Cancelled);
        await neighbour.DisposeAsync();
        await AssertContentAsync(cluster, neighbour.Sent, batch, fuzzers.Sum(fuzzer => fuzzer.Stored));
    }

    private static void Configure(BrokerOptions options)
    {
        // What waits by right must not make the test wait.
        options.Limits.FetchWaitMax = TimeSpan.FromMilliseconds(2);
        options.Topics.TopicsMax = 4;
        options.Topics.CreateTimeout = TimeSpan.FromSeconds(1);
        options.Storage.WalSync = WalSync.Fdatasync;
    }

    private static FrameFuzzer Fuzzer(TestCluster cluster, byte[] batch, int seed)
    {
        var random = new Random(seed);
        return new FrameFuzzer(
            cluster[1].ClientConnections, new FrameMutator([.. GoldenRequests(), .. Requests(batch)], random), random);
    }

    /// <summary>The golden frames of every request; they speak of topics that the broker does not have.</summary>
    private static IEnumerable<byte[]> GoldenRequests() => Golden(name => name.Contains("Request", StringComparison.Ordinal));

    /// <summary>The batch that the golden produce request carries.</summary>
    private static byte[] GoldenBatch() => Golden(name => name == "Batch.One").Single();

    private static IEnumerable<byte[]> Golden(Func<string, bool> isWanted) =>
        File.ReadLines(Path.Combine(RepositoryRoot.Path, "tests/ClusterLog.Protocol.Tests/Golden/frames.hex"))
            .Select(line => line.Split(' '))
            .Where(parts => isWanted(parts[0]))
            .Select(parts => Convert.FromHexString(parts[1]));

    /// <summary>The same for topics that it has.</summary>
    private static IEnumerable<byte[]> Requests(byte[] batch) =>
    [
        RawFrames.Of(100, RawFrames.Produce("target", 0, batch, Acks.All, 1000)),
        RawFrames.Of(101, RawFrames.Produce("target", 0, batch, Acks.Leader, 1000)),
        RawFrames.Of(102, RawFrames.Fetch("target", 0, 0, maxBytes: 1000, minBytes: 1, waitMs: 1)),
        RawFrames.Of(103, RawFrames.Fetch("healthy", 0, 0, maxBytes: 1000)),
        RawFrames.Of(104, new ListOffsetsRequest([new("healthy", 0, 1_700_000_000_000), new("target", 0, -1)])),
        RawFrames.Of(105, new DescribeTopicRequest("healthy")),
        RawFrames.Of(106, new MetadataRequest(["healthy", "target"])),
    ];

    private static async Task AssertContentAsync(TestCluster cluster, List<string> healthy, byte[] batch, int stored)
    {
        await using var client = await cluster.OpenRawAsync(1, Cancelled);
        Assert.Equal(healthy, await client.ReadAllAsync("healthy", 0));
        var golden = GoldenBatch();
        long offset = 0;
        var found = 0;
        while (true)
        {
            var response = await client.AskAsync<FetchRequest, FetchResponse>(RawFrames.Fetch("target", 0, offset));
            var fetched = Assert.Single(response.Partitions);
            foreach (var stood in fetched.Batches)
            {
                // All that the checksum covers, and so all but what the leader sets, is as it was sent. A splice can
                // also put the golden request's batch, whole, into a request for this topic.
                var bytes = stood.ToArray();
                var sent = bytes.AsSpan(16).SequenceEqual(golden.AsSpan(16)) ? golden : batch;
                Assert.Equal(sent[16..], bytes[16..]);
                Assert.True(RecordBatchHeader.TryRead(bytes, out var header));
                offset = header.NextOffset;
                found++;
            }

            if (offset == fetched.HighWatermark)
            {
                break;
            }
        }

        Assert.True(stored > 0, "Not one batch came through unharmed: the test shows less than it should.");
        Assert.True(found >= stored, $"{stored} batches were acknowledged, and {found} are there.");
    }

    private void Report(FrameFuzzer[] fuzzers, long allocated)
    {
        output.WriteLine(
            $"{fuzzers.Sum(f => f.Frames)} frames on {fuzzers.Sum(f => f.Connections)} connections, "
            + $"{fuzzers.Sum(f => f.Stored)} batches stored, {allocated} bytes allocated for each frame.");
        foreach (var outcome in fuzzers.SelectMany(f => f.Outcomes).GroupBy(o => o.Key).OrderBy(o => o.Key))
        {
            output.WriteLine($"{outcome.Key}: {outcome.Sum(o => o.Value)}");
        }
    }
}
