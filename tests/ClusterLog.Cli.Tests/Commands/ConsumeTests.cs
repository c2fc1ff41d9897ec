using System.Text;
using System.Text.Json;
using ClusterLog.Cli.Tests.Support;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Tests.Commands;

public sealed class ConsumeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a\nb\n")]
    [InlineData("a\r\n\r\n\n")]
    [InlineData("k:v\n:v\nv\nk:\n\n")]
    public async Task Consume_WhatWasProduced_IsTheSameBytes(string text)
    {
        var produced = await ProduceAsync(Encoding.UTF8.GetBytes(text));
        Assert.Equal(text, Encoding.UTF8.GetString(await ConsumeAsync(produced)));
        var keyed = await ProduceAsync(Encoding.UTF8.GetBytes(text), "--key-separator", ":");
        Assert.Equal(text, Encoding.UTF8.GetString(await ConsumeAsync(keyed, "--key-separator", ":")));
    }

    [Fact]
    public async Task Consume_ManyBinaryLines_AreTheSameBytes()
    {
        const int Seed = 99;
        var bytes = new byte[2_000_000];
        new Random(Seed).NextBytes(bytes);
        bytes[^1] = (byte)'\n';
        var consumed = await ConsumeAsync(await ProduceAsync(bytes));
        Assert.True(bytes.AsSpan().SequenceEqual(consumed), $"Seed {Seed}");
    }

    [Fact]
    public async Task Consume_WithoutFollow_StopsAtTheEnd()
    {
        var cluster = await ProduceAsync("a\n"u8.ToArray());
        Assert.Equal("a\n"u8.ToArray(), await ConsumeAsync(cluster, "--until", "end"));
        Assert.True(cluster.ConsumeOptions!.UntilEnd);
        Assert.Equal(StartPosition.Earliest, cluster.ConsumeOptions.From);
        Assert.Null(cluster.ConsumeOptions.Partitions);
    }

    [Fact]
    public async Task Consume_Options_ReachTheClient()
    {
        var time = new ManualTime();
        var cluster = await ProduceAsync("a\n"u8.ToArray());
        using var runner = new CommandRunner { Cluster = cluster, Time = time };
        Assert.Equal(0, await runner.RunAsync("consume", "T", "--from", "-5m", "--partition", "0", "--max", "1", "-f"));
        Assert.Equal(StartPosition.AtTimestamp(time.Now - TimeSpan.FromMinutes(5)), cluster.ConsumeOptions!.From);
        Assert.Equal([0], cluster.ConsumeOptions.Partitions);
        Assert.False(cluster.ConsumeOptions.UntilEnd);
    }

    [Fact]
    public async Task Consume_Max_StopsThere()
    {
        var cluster = await ProduceAsync("a\nb\nc\n"u8.ToArray());
        Assert.Equal("a\nb\n"u8.ToArray(), await ConsumeAsync(cluster, "--max", "2"));
        Assert.Equal("a\nb\nc\n"u8.ToArray(), await ConsumeAsync(cluster, "--max", "3", "--follow"));
    }

    [Fact]
    public async Task Consume_Metadata_StandsBeforeTheRecord()
    {
        var cluster = await ProduceAsync("k=v\nw\n"u8.ToArray(), "--key-separator", "=");
        var text = Encoding.UTF8.GetString(await ConsumeAsync(cluster, "--show-metadata", "--key-separator", "="));
        Assert.Equal("0\t0\t1970-01-01T00:00:00.000Z\tk=v\n0\t1\t1970-01-01T00:00:01.000Z\tw\n", text);
    }

    [Fact]
    public async Task Consume_Json_IsAnObjectALine()
    {
        var cluster = await ProduceAsync([.. "k:\"ü\"\nplain\n"u8, 0xff, (byte)'\n'], "--key-separator", ":");
        var lines = Encoding.UTF8.GetString(await ConsumeAsync(cluster, "-o", "json")).Split('\n');
        Assert.Equal(
            """{"partition":0,"offset":0,"timestamp":"1970-01-01T00:00:00.000Z","key":"k","value":"\"ü\""}""", lines[0]);
        Assert.Equal(
            """{"partition":0,"offset":1,"timestamp":"1970-01-01T00:00:01.000Z","key":null,"value":"plain"}""", lines[1]);
        Assert.Equal(
            """{"partition":0,"offset":2,"timestamp":"1970-01-01T00:00:02.000Z","key":null,"valueBase64":"/w=="}""", lines[2]);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task Consume_JsonWithHeadersAndTombstone_ShowsBoth()
    {
        var cluster = new MemoryCluster().With("T");
        cluster.Topic("T")[0].Add(new ConsumedRecord(
            new("T", 0),
            Offset.Zero,
            DateTimeOffset.UnixEpoch,
            "k"u8.ToArray(),
            null,
            [new("h", "x"u8.ToArray()), new("n", null)]));
        using var json = JsonDocument.Parse(await ConsumeAsync(cluster, "-o", "json"));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("value").ValueKind);
        var headers = json.RootElement.GetProperty("headers");
        Assert.Equal("h", headers[0].GetProperty("name").GetString());
        Assert.Equal("x", headers[0].GetProperty("value").GetString());
        Assert.Equal(JsonValueKind.Null, headers[1].GetProperty("value").ValueKind);
    }

    [Fact]
    public async Task Consume_FollowThenInterrupted_HasPrintedAllAndExitsWithZero()
    {
        var cluster = await ProduceAsync("a\nb\n"u8.ToArray());
        using var output = new SignallingStream(4);
        using var runner = new CommandRunner { Cluster = cluster, OutputStream = output };
        using var interruption = new CancellationTokenSource();
        var running = runner.RunAsync(interruption.Token, "consume", "T", "--follow");

        // What is there must be printed while more is waited for, not at the end.
        await output.Written.WaitAsync(TestContext.Current.CancellationToken);
        await interruption.CancelAsync();
        Assert.Equal(ExitCode.Success, await running);
        Assert.Equal("a\nb\n"u8.ToArray(), output.ToArray());
    }

    [Fact]
    public async Task Consume_InterruptedBeforeItsEnd_ExitsWith130()
    {
        using var runner = new CommandRunner { Cluster = await ProduceAsync("a\n"u8.ToArray()) };
        Assert.Equal(ExitCode.Interrupted, await runner.RunAsync(new CancellationToken(true), "consume", "T"));
    }

    [Theory]
    [InlineData(32, 0)]
    [InlineData(28, 1)]
    public async Task Consume_OutputThatFails_IsQuietOnlyForABrokenPipe(int errno, int exitCode)
    {
        var cluster = await ProduceAsync("a\nb\n"u8.ToArray());
        foreach (var follow in new[] { Array.Empty<string>(), ["--follow"] })
        {
            using var output = new BrokenPipeStream(errno);
            using var runner = new CommandRunner { Cluster = cluster, OutputStream = output };
            Assert.Equal(exitCode, await runner.RunAsync(["consume", "T", .. follow]));
            Assert.Equal(exitCode == 0, runner.Error.Length == 0);
        }
    }

    [Fact]
    public async Task Consume_UnknownTopic_Fails()
    {
        using var runner = new CommandRunner();
        Assert.Equal(ExitCode.Failed, await runner.RunAsync("consume", "nope"));
        Assert.StartsWith("error: UnknownTopic:", runner.Error, StringComparison.Ordinal);
    }

    private static async Task<MemoryCluster> ProduceAsync(byte[] bytes, params string[] options)
    {
        using var runner =
            new CommandRunner { Cluster = new MemoryCluster().With("T"), Input = new MemoryStream(bytes) };
        Assert.Equal(0, await runner.RunAsync(["produce", "T", .. options]));
        return runner.Cluster;
    }

    private static async Task<byte[]> ConsumeAsync(MemoryCluster cluster, params string[] options)
    {
        using var runner = new CommandRunner { Cluster = cluster };
        Assert.Equal(0, await runner.RunAsync(["consume", "T", .. options]));
        return runner.OutputBytes;
    }

    [Theory]
    [InlineData(null, OffsetResetPolicy.Fail)]
    [InlineData("earliest", OffsetResetPolicy.Earliest)]
    [InlineData("latest", OffsetResetPolicy.Latest)]
    [InlineData("fail", OffsetResetPolicy.Fail)]
    public async Task Consume_Reset_IsThePolicyAndWarnsOfWhatIsSkipped(string? policy, OffsetResetPolicy expected)
    {
        var reset = new OffsetReset(new TopicPartition("orders", 2), new Offset(5), new Offset(105));
        using var runner = new CommandRunner { Cluster = new MemoryCluster { Reset = reset }.With("orders") };
        Assert.Equal(0, await runner.RunAsync(policy is null ? ["consume", "orders"] : ["consume", "orders", "--reset", policy]));
        Assert.Equal(expected, runner.Cluster.ConsumeOptions!.WhenOutOfRange);
        Assert.Contains(
            "warning: orders/2 does not hold offset 5: 100 records skipped, going on at 105.", runner.Error, StringComparison.Ordinal);
        Assert.Empty(runner.Output);
    }
}
