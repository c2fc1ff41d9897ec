using System.Text.Json;
using ClusterLog.Cli.Tests.Support;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Tests.Commands;

/// <summary>What is asked of the cluster about moves and sizes, and how the answers are shown.</summary>
public sealed class PartitionTests
{
    private static readonly PartitionMove Move = new(
        new TopicPartition("orders", 3),
        [new BrokerId(1), new BrokerId(2)],
        [new BrokerId(1), new BrokerId(4)],
        DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        [new LearnerStatus(new BrokerId(4), 1234, 5_000_000)]);

    [Theory]
    [InlineData("orders/3 to 1 4 5", "partition", "move", "orders", "3", "--to", "1,4,5")]
    [InlineData("orders/3 back", "partition", "cancel", "orders", "3")]
    [InlineData("rebalance True", "rebalance", "--execute")]
    [InlineData("rebalance False", "rebalance", "--dry-run")]
    [InlineData("rebalance False", "rebalance")]
    [InlineData("orders to 12/", "topic", "alter", "orders", "--partitions", "12")]
    [InlineData("orders to /5", "topic", "alter", "orders", "--replicas", "5")]
    public async Task Command_OfEachKind_AsksForWhatItSays(string expected, params string[] arguments)
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("orders") };
        Assert.Equal(0, await runner.RunAsync(arguments));
        Assert.Equal(expected, Assert.Single(runner.Cluster.Changes));
    }

    [Theory]
    [InlineData("partition", "move", "orders", "3", "--to", "1,x")]
    [InlineData("partition", "move", "orders", "3", "--to", "1,1")]
    [InlineData("partition", "move", "orders", "3")]
    [InlineData("rebalance", "--dry-run", "--execute")]
    [InlineData("topic", "alter", "orders")]
    public async Task Command_ThatMakesNoSense_IsAUsageErrorAndAsksForNothing(params string[] arguments)
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("orders") };
        Assert.Equal(2, await runner.RunAsync(arguments));
        Assert.Empty(runner.Cluster.Changes);
    }

    [Fact]
    public async Task Moves_UnderWay_AreShownWithWhatIsLeft()
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster { Moves = [Move] } };
        Assert.Equal(0, await runner.RunAsync("partition", "moves"));
        Assert.Contains("orders", runner.Output, StringComparison.Ordinal);
        Assert.Contains("1,2   1,4  2023-11-14 22:13:20Z", runner.Output, StringComparison.Ordinal);
        Assert.Contains("1,234", runner.Output, StringComparison.Ordinal);
        Assert.Contains("5.00 MB", runner.Output, StringComparison.Ordinal);

        using var json = new CommandRunner { Cluster = runner.Cluster };
        Assert.Equal(0, await json.RunAsync("partition", "moves", "-o", "json"));
        using var document = JsonDocument.Parse(json.Output);
        var move = Assert.Single(document.RootElement.GetProperty("moves").EnumerateArray());
        Assert.Equal(4, move.GetProperty("to")[1].GetInt32());
        Assert.Equal(5_000_000, move.GetProperty("learners")[0].GetProperty("bytesBehind").GetInt64());
    }

    [Fact]
    public async Task Moves_WhereThereAreNone_SaysSo()
    {
        using var runner = new CommandRunner();
        Assert.Equal(0, await runner.RunAsync("partition", "moves"));
        Assert.Equal("No partition moves.\n", runner.Output);
    }
}
