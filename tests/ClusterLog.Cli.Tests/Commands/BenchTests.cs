using System.Text.Json;
using ClusterLog.Cli.Tests.Support;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Tests.Commands;

public sealed class BenchTests
{
    [Fact]
    public async Task Produce_TopicThatIsMissing_IsCreatedAndFilled()
    {
        using var runner = new CommandRunner();
        Assert.Equal(0, await runner.RunAsync(
            "bench", "produce", "--topic", "T", "--partitions", "4", "--record-size", "100", "--count", "1001",
            "--connections", "3", "-o", "json"));
        Assert.Equal(1_001, runner.Cluster.Topic("T").Sum(list => list.Count));
        Assert.All(
            runner.Cluster.Topic("T").SelectMany(list => list),
            record => Assert.Equal(100, record.Value!.Value.Length));
        Assert.Equal(3, runner.Cluster.Producers.Count);
        using var json = JsonDocument.Parse(runner.Output);
        Assert.Equal(
            [
                "topic",
                "topicCreated",
                "partitions",
                "replicas",
                "acks",
                "recordSizeBytes",
                "connections",
                "rateRecordsPerSecond",
                "lingerMs",
                "batchBytesMax",
                "records",
                "bytes",
                "failed",
                "seconds",
                "recordsPerSecond",
                "mbPerSecond",
                "retries",
                "batches", "averageBatchBytes", "latencyMs",
            ],
            json.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.True(json.RootElement.GetProperty("topicCreated").GetBoolean());
        Assert.Equal(100_100, json.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal(3, json.RootElement.GetProperty("retries").GetInt64());
        Assert.Equal(4, json.RootElement.GetProperty("partitions").GetInt32());
        Assert.True(json.RootElement.GetProperty("recordsPerSecond").GetDouble() > 0);
    }

    [Fact]
    public async Task Produce_WithARate_CountsLatencyFromTheIntendedStart()
    {
        // Ten records at 10,000 a second, each acknowledged after 1 to 10 ms: never less than that.
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("T") };
        Assert.Equal(0, await runner.RunAsync(
            "bench", "produce", "--topic", "T", "--count", "10", "--rate", "10000", "--output", "json"));
        using var json = JsonDocument.Parse(runner.Output);
        Assert.False(json.RootElement.GetProperty("topicCreated").GetBoolean());
        Assert.True(json.RootElement.GetProperty("latencyMs").GetProperty("max").GetDouble() >= 10);
        Assert.Equal(10_000, json.RootElement.GetProperty("rateRecordsPerSecond").GetDouble());
    }

    [Fact]
    public async Task Produce_Text_HasTheFigures()
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("T") };
        Assert.Equal(0, await runner.RunAsync("bench", "produce", "--topic", "T", "--count", "4"));
        Assert.StartsWith(
            "Produced 4 records of 1.02 kB to T (1 partition, 3 replicas, acks all, 1 producer)",
            runner.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "p50 2.00 ms, p95 4.00 ms, p99 4.00 ms, p99.9 4.00 ms, max 4.00 ms",
            runner.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_Failure_ExitsWithOne()
    {
        var error = new ClusterLogException(ErrorCode.StorageFailed, "The disk failed.");
        using var runner =
            new CommandRunner { Cluster = new MemoryCluster { Fail = number => number == 5 ? error : null }.With("T") };
        Assert.Equal(ExitCode.Failed, await runner.RunAsync("bench", "produce", "--topic", "T", "--count", "1000000"));
        Assert.Contains(
            "error: StorageFailed: 1 record failed. The disk failed.", runner.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consume_Topic_CountsAllOfIt()
    {
        using var produce = new CommandRunner();
        await produce.RunAsync(
            "bench", "produce", "--topic", "T", "--partitions", "2", "--count", "300", "--record-size", "10");
        using var runner = new CommandRunner { Cluster = produce.Cluster };
        Assert.Equal(0, await runner.RunAsync("bench", "consume", "--topic", "T", "-o", "json"));
        using var json = JsonDocument.Parse(runner.Output);
        Assert.Equal(300, json.RootElement.GetProperty("records").GetInt64());
        Assert.Equal(3_000, json.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal(10, json.RootElement.GetProperty("averageRecordBytes").GetDouble());
        Assert.Equal(
            [
                "topic", "partitions", "replicas", "records", "bytes", "seconds", "recordsPerSecond", "mbPerSecond",
                "firstRecordMs", "averageRecordBytes", "ageMs",
            ],
            json.RootElement.EnumerateObject().Select(field => field.Name));
        using var some = new CommandRunner { Cluster = produce.Cluster };
        Assert.Equal(0, await some.RunAsync("bench", "consume", "--topic", "T", "--count", "7"));
        Assert.StartsWith("Consumed 7 records (70 B) of T", some.Output, StringComparison.Ordinal);
        Assert.False(produce.Cluster.ConsumeOptions!.UntilEnd);
    }
}
