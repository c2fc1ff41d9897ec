using System.Text;
using System.Text.Json;
using ClusterLog.Cli.Tests.Support;

namespace ClusterLog.Cli.Tests.Commands;

public sealed class TopicTests
{
    [Fact]
    public async Task Create_NewName_MakesIt()
    {
        using var runner = new CommandRunner();
        Assert.Equal(0, await runner.RunAsync("topic", "create", "orders", "--partitions", "6", "--replicas", "3"));
        Assert.Equal("Created topic orders: 6 partitions, 3 replicas.\n", runner.Output);
        Assert.Equal(6, runner.Cluster.Topic("orders").Length);
    }

    [Fact]
    public async Task Create_WithConfig_HandsItOverAndDescribeShowsIt()
    {
        using var runner = new CommandRunner();
        Assert.Equal(0, await runner.RunAsync(
            "topic", "create", "orders", "--config", "retention.bytes=64MiB", "--config", "cleanup=compact,delete"));
        Assert.Equal(
            new Dictionary<string, string> { ["retention.bytes"] = "64MiB", ["cleanup"] = "compact,delete" },
            runner.Cluster.Created!.Config);
        using var described = new CommandRunner { Cluster = runner.Cluster };
        Assert.Equal(0, await described.RunAsync("topic", "describe", "orders"));
        Assert.Contains("retention.bytes=64MiB, cleanup=compact,delete\n", described.Output, StringComparison.Ordinal);
        using var json = new CommandRunner { Cluster = runner.Cluster };
        Assert.Equal(0, await json.RunAsync("topic", "describe", "orders", "-o", "json"));
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal("64MiB", document.RootElement.GetProperty("config").GetProperty("retention.bytes").GetString());
    }

    [Theory]
    [InlineData("retention.bytes", "--config must be NAME=VALUE, such as retention.bytes=64MiB; found 'retention.bytes'.")]
    [InlineData("=1", "--config must be NAME=VALUE, such as retention.bytes=64MiB; found '=1'.")]
    public async Task Create_WithConfigThatIsNone_IsAUsageError(string config, string expected)
    {
        using var runner = new CommandRunner();
        Assert.Equal(ExitCode.Usage, await runner.RunAsync("topic", "create", "orders", "--config", config));
        Assert.Contains(expected, runner.Error, StringComparison.Ordinal);
        Assert.Null(runner.Cluster.Created);
    }

    [Fact]
    public async Task Create_WithASettingTwice_IsAUsageError()
    {
        using var runner = new CommandRunner();
        Assert.Equal(ExitCode.Usage, await runner.RunAsync("topic", "create", "o", "--config", "a=1", "--config", "a=2"));
        Assert.Contains("found 'a' more often", runner.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alter_Settings_HandsThemOverAndShowsWhatThereIsThen()
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("orders") };
        Assert.Equal(0, await runner.RunAsync("topic", "alter", "orders", "--config", "retention.time=1d"));
        Assert.Equal("Altered topic orders: retention.time=1d\n", runner.Output);
        Assert.Equal(new Dictionary<string, string> { ["retention.time"] = "1d" }, runner.Cluster.Altered!);
        using var json = new CommandRunner { Cluster = runner.Cluster };
        Assert.Equal(0, await json.RunAsync("topic", "alter", "orders", "--config", "cleanup=default", "-o", "json"));
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal("orders", document.RootElement.GetProperty("name").GetString());
        Assert.Equal("default", document.RootElement.GetProperty("config").GetProperty("cleanup").GetString());
    }

    [Fact]
    public async Task Alter_NothingOrAnUnknownTopic_Fails()
    {
        using var nothing = new CommandRunner { Cluster = new MemoryCluster().With("orders") };
        Assert.Equal(ExitCode.Usage, await nothing.RunAsync("topic", "alter", "orders"));
        Assert.Contains("--config", nothing.Error, StringComparison.Ordinal);
        using var unknown = new CommandRunner();
        Assert.Equal(ExitCode.Failed, await unknown.RunAsync("topic", "alter", "orders", "--config", "retention.time=1d"));
        Assert.Contains("UnknownTopic", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_NameThatIsTaken_FailsWithCodeAndHint()
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("orders") };
        Assert.Equal(ExitCode.Failed, await runner.RunAsync("topic", "create", "orders"));
        Assert.Equal(
            "error: TopicAlreadyExists: Topic 'orders' exists already. See `clusterlog topic describe NAME`.\n",
            runner.Error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task List_Json_HasTheTopicsByName()
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("b", 2).With("a") };
        Assert.Equal(0, await runner.RunAsync("topic", "list", "-o", "json"));
        using var json = JsonDocument.Parse(runner.Output);
        var topics = json.RootElement.GetProperty("topics");
        Assert.Equal(["a", "b"], topics.EnumerateArray().Select(topic => topic.GetProperty("name").GetString()));
        Assert.Equal(
            ["name", "partitionCount", "replicaCount", "leaderlessPartitions"],
            topics[0].EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task List_Text_IsATableWithoutColours()
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("orders", 12) };
        Assert.Equal(0, await runner.RunAsync("topic", "list"));
        Assert.Equal(
            "TOPIC   PARTITIONS  REPLICAS  LEADERLESS\norders          12         3           0\n", runner.Output);
    }

    [Fact]
    public async Task List_NoTopics_PrintsNoLines()
    {
        using var runner = new CommandRunner();
        Assert.Equal(0, await runner.RunAsync("topic", "list"));
        Assert.Empty(runner.Output);
        Assert.Contains("No topics yet", runner.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_Topic_ShowsItsPartitions()
    {
        using var runner = new CommandRunner
        {
            Cluster = new MemoryCluster().With("orders", 2),
            Input = new MemoryStream("a\nb\nc\n"u8.ToArray()),
        };
        await runner.RunAsync("produce", "orders");
        using var described = new CommandRunner { Cluster = runner.Cluster };
        Assert.Equal(0, await described.RunAsync("topic", "describe", "orders"));
        Assert.Equal(
            """
            orders: 2 partitions, 3 replicas, 3 records

            PARTITION  LEADER  TERM  REPLICAS  EARLIEST  LATEST  RECORDS
                    0  1          2  1,2,3            0       2        2
                    1  1          2  1,2,3            0       1        1

            """.ReplaceLineEndings("\n"),
            described.Output);
        using var json = new CommandRunner { Cluster = runner.Cluster };
        Assert.Equal(0, await json.RunAsync("topic", "describe", "orders", "-o", "json"));
        using var document = JsonDocument.Parse(json.Output);
        var partition = document.RootElement.GetProperty("partitions")[0];
        Assert.Equal(
            ["partition", "leader", "leaderTerm", "replicas", "earliestOffset", "latestOffset"],
            partition.EnumerateObject().Select(field => field.Name));
        Assert.Equal(2, partition.GetProperty("latestOffset").GetInt64());
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData("YES\n", true)]
    [InlineData("yes", true)]
    [InlineData("n\n", false)]
    [InlineData("\n", false)]
    [InlineData("", false)]
    public async Task Delete_OnATerminal_Asks(string answer, bool isDeleted)
    {
        using var runner = new CommandRunner
        {
            Cluster = new MemoryCluster().With("orders"),
            Input = new MemoryStream(Encoding.UTF8.GetBytes(answer)),
            IsTerminal = true,
        };
        Assert.Equal(isDeleted ? 0 : 1, await runner.RunAsync("topic", "delete", "orders"));
        Assert.Equal(!isDeleted, runner.Cluster.Has("orders"));
        Assert.Contains("Delete topic 'orders' and all of its records? [y/N]", runner.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_WithYes_DoesNotAsk()
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("orders") };
        Assert.Equal(0, await runner.RunAsync("topic", "delete", "orders", "--yes", "-o", "json"));
        Assert.False(runner.Cluster.Has("orders"));
        Assert.Equal("""{"deleted":"orders"}""", runner.Output.Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings(""));
    }
}
