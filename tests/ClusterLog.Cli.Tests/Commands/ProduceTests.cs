using System.Text;
using System.Text.Json;
using ClusterLog.Cli.Tests.Support;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Tests.Commands;

public sealed class ProduceTests
{
    [Fact]
    public async Task Produce_Lines_KeepTheirOrderAndTheirBytes()
    {
        using var runner = NewRunner("a\r\n\nb\0\nlast");
        Assert.Equal(0, await runner.RunAsync("produce", "T", "--partition", "0"));
        Assert.Equal(["a\r", "", "b\0", "last"], Values(runner.Cluster.Topic("T")[0]));
        Assert.All(runner.Cluster.Topic("T")[0], record => Assert.Null(record.Key));
        Assert.StartsWith("Produced 4 records (8 B) to T in ", runner.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Acknowledged (acks all) after p50 2.00 ms, p99 4.00 ms, max 4.00 ms; 1 retry",
            runner.Output,
            StringComparison.Ordinal);
        Assert.Empty(runner.Error);
    }

    [Fact]
    public async Task Produce_AcksNone_DoesNotCallRecordsAcknowledged()
    {
        using var runner = NewRunner("a");
        Assert.Equal(0, await runner.RunAsync("produce", "T", "--acks", "none"));
        Assert.Contains("\nSent (acks none) after p50 ", runner.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_File_IsReadFromDisk()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "x\ny\n", TestContext.Current.CancellationToken);
            using var runner = NewRunner(string.Empty);
            Assert.Equal(0, await runner.RunAsync("produce", "T", "--file", path));
            Assert.Equal(2, runner.Cluster.Sent);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Produce_FileThatIsMissing_Fails()
    {
        using var runner = NewRunner(string.Empty);
        Assert.Equal(ExitCode.Failed, await runner.RunAsync("produce", "T", "--file", "/no/such/file"));
        Assert.StartsWith("error: InputOutput: Could not find", runner.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_KeySeparator_TakesKeysOff()
    {
        using var runner = NewRunner("k1:v1\nplain\n:empty\n");
        Assert.Equal(0, await runner.RunAsync("produce", "T", "--key-separator", ":"));
        var records = runner.Cluster.Topic("T")[0];
        Assert.Equal(["v1", "plain", "empty"], Values(records));
        Assert.Equal(["k1", null, ""], records.Select(record => record.Key is { } key ? Text(key) : null));
    }

    [Fact]
    public async Task Produce_Options_ReachTheProducer()
    {
        using var runner = NewRunner("x\n");
        var exitCode = await runner.RunAsync(
            "produce",
            "T",
            "--acks",
            "leader",
            "--linger",
            "0",
            "--batch-bytes",
            "64KiB",
            "--delivery-timeout",
            "5s",
            "--rate",
            "1e3");
        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Equal(0, await runner.RunAsync(
            "produce", "T", "--acks", "leader", "--linger", "0", "--batch-bytes", "64KiB", "--delivery-timeout", "5s"));
        var options = Assert.Single(runner.Cluster.Producers);
        Assert.Equal(Acks.Leader, options.Acks);
        Assert.Equal(TimeSpan.Zero, options.Linger);
        Assert.Equal(65_536, options.BatchBytesMax);
        Assert.Equal(TimeSpan.FromSeconds(5), options.DeliveryTimeout);
        Assert.True(options.Idempotent);
    }

    [Fact]
    public async Task Produce_UnknownTopic_SaysSoBeforeReading()
    {
        using var runner = NewRunner("x\n");
        Assert.Equal(ExitCode.Failed, await runner.RunAsync("produce", "nope"));
        Assert.StartsWith(
            "error: UnknownTopic: Topic 'nope' does not exist. See `clusterlog topic list`",
            runner.Error,
            StringComparison.Ordinal);
        Assert.Equal(0, runner.Input.Position);
    }

    [Fact]
    public async Task Produce_PartitionThatIsNotThere_Fails()
    {
        using var runner = NewRunner("x\n");
        Assert.Equal(ExitCode.Failed, await runner.RunAsync("produce", "T", "--partition", "3"));
        Assert.Contains(
            "error: UnknownPartition: Topic 'T' has the partitions 0 to 0", runner.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_LineTooLargeForARecord_IsCountedAndTheRestGoesOn()
    {
        using var runner = NewRunner("ok\ntoo large\nok\nalso too large\n", new MemoryCluster { RecordBytesMax = 4 });
        Assert.Equal(ExitCode.Failed, await runner.RunAsync("produce", "T"));
        Assert.Equal(["ok", "ok"], Values(runner.Cluster.Topic("T")[0]));
        Assert.Contains(
            "error: RecordTooLarge: 2 records failed; line 2 is the first.", runner.Error, StringComparison.Ordinal);
        Assert.StartsWith("Produced 2 records (4 B)", runner.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_DeliveryThatFails_StopsAndExitsWithOne()
    {
        var error = new ClusterLogException(ErrorCode.StorageFull, "The disk of broker 2 is full.");
        var text = string.Concat(Enumerable.Repeat("x\n", 50_000));
        using var runner = NewRunner(text, new MemoryCluster { Fail = number => number >= 10 ? error : null });
        Assert.Equal(ExitCode.Failed, await runner.RunAsync("produce", "T", "-o", "json"));
        using var json = JsonDocument.Parse(runner.Output);
        Assert.Equal(10, json.RootElement.GetProperty("records").GetInt64());
        Assert.InRange(json.RootElement.GetProperty("failed").GetInt64(), 1, 49_990);
        Assert.Contains("error: StorageFull:", runner.Error, StringComparison.Ordinal);
        Assert.Contains("The disk of broker 2 is full. Make room", runner.Error, StringComparison.Ordinal);
        Assert.Single(runner.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Produce_Json_HasTheDocumentedFields()
    {
        using var runner = NewRunner("abc\nde\n");
        Assert.Equal(0, await runner.RunAsync("produce", "T", "--output", "json"));
        using var json = JsonDocument.Parse(runner.Output);
        Assert.Equal(
            [
                "topic",
                "records",
                "bytes",
                "seconds",
                "recordsPerSecond",
                "mbPerSecond",
                "failed",
                "unacknowledged",
                "retries",
                "batches", "averageBatchBytes", "acks", "interrupted", "latencyMs",
            ],
            json.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal(5, json.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal(1_000, json.RootElement.GetProperty("averageBatchBytes").GetDouble());
        Assert.Equal("all", json.RootElement.GetProperty("acks").GetString());
        var latency = json.RootElement.GetProperty("latencyMs");
        Assert.Equal(
            ["p50", "p95", "p99", "p999", "max", "mean"], latency.EnumerateObject().Select(field => field.Name));
        Assert.Equal(2, latency.GetProperty("max").GetDouble());
    }

    [Fact]
    public async Task Produce_Interrupted_FlushesReportsAndExitsWith130()
    {
        var input = new SilentStream("a\nb\nunfinished");
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("T"), Input = input };
        using var interruption = new CancellationTokenSource();
        var running = runner.RunAsync(interruption.Token, "produce", "T");
        await input.Asked;
        await interruption.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.Equal(["a", "b"], Values(runner.Cluster.Topic("T")[0]));
        Assert.StartsWith("Produced 2 records", runner.Output, StringComparison.Ordinal);
        Assert.Contains(
            "error: Interrupted: The input was not read to its end; every record that was read is acknowledged.",
            runner.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Produce_InterruptedWithoutAnswers_EndsAfterABoundedTime()
    {
        var input = new SilentStream("a\nb\n");
        var cluster = new MemoryCluster { Acknowledges = false }.With("T");
        using var runner = new CommandRunner { Cluster = cluster, Input = input, Time = new HastyTime() };
        using var interruption = new CancellationTokenSource();
        var running = runner.RunAsync(interruption.Token, "produce", "T", "-o", "json");
        await input.Asked;
        await interruption.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await running);
        using var json = JsonDocument.Parse(runner.Output);
        Assert.Equal(2, json.RootElement.GetProperty("unacknowledged").GetInt64());
        Assert.True(json.RootElement.GetProperty("interrupted").GetBoolean());
        Assert.Contains("2 records got no answer", runner.Error, StringComparison.Ordinal);
    }

    private static CommandRunner NewRunner(string input, MemoryCluster? cluster = null) => new()
    {
        Cluster = (cluster ?? new MemoryCluster()).With("T"),
        Input = new MemoryStream(Encoding.UTF8.GetBytes(input)),
    };

    private static IEnumerable<string> Values(IEnumerable<ConsumedRecord> records) =>
        records.Select(record => Text(record.Value!.Value));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
