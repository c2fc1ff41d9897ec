using System.Text.Json;
using ClusterLog.Cli.Terminal;
using ClusterLog.Cli.Tests.Support;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Tests.Output;

public sealed class StatusTests
{
    [Fact]
    public async Task Status_EqualReplicas_TakeALineEachGroup()
    {
        var (exitCode, output) = await RunAsync(NewStatus(Group(1, Replica(1), Replica(2), Replica(3))));
        Assert.Equal(ExitCode.Success, exitCode);
        Assert.Equal(
            """
            Cluster test: healthy

            BROKER  CLIENTS         PEERS           HTTP            VERSION  UPTIME      STATE
            1       127.0.0.1:9401  127.0.0.1:9501  127.0.0.1:9601  0.1.0    2 min 05 s  up
            2       127.0.0.1:9402  127.0.0.1:9502  127.0.0.1:9602  0.1.0    2 min 05 s  controller
            3       127.0.0.1:9403  127.0.0.1:9503  127.0.0.1:9603  0.1.0    2 min 05 s  up

            GROUP  PARTITION   LEADER  TERM  REPLICA  LAST INDEX  LAST OFFSET  CHECKSUM  LAG     SIZE  STATE
                0  (metadata)  2          4  1,2,3            12            -  00000000    0      0 B  equal
                1  orders/0    1          4  1,2,3            12           99  0000abcd    0  1.20 MB  equal

            """.ReplaceLineEndings("\n"),
            output);
    }

    [Fact]
    public async Task Status_ReplicaBehind_IsShownAndIsNoFailure()
    {
        var (exitCode, output) = await RunAsync(
            NewStatus(Group(1, Replica(1), Replica(2) with { NextOffset = new(90), Lag = 3, Checksum = 7 })));
        Assert.Equal(ExitCode.Success, exitCode);
        Assert.Contains("1  orders/0    1          4  1 follower", output, StringComparison.Ordinal);
        Assert.Contains("behind", output, StringComparison.Ordinal);
        Assert.Matches(@"2 follower +12 +89  00000007 +3", output);
    }

    [Theory]
    [InlineData("differ", "1 group with replicas that differ")]
    [InlineData("failed", "1 group with a failed replica")]
    [InlineData("leaderless", "1 group without a leader")]
    public async Task Status_GroupThatIsUnwell_ExitsWithOne(string state, string problem)
    {
        var group = state switch
        {
            "differ" => Group(1, Replica(1), Replica(2) with { Checksum = 0xabce }),
            "failed" => Group(1, Replica(1), Replica(2) with { Role = ReplicaRole.Failed }),
            _ => Group(1, Replica(1), Replica(2)) with { Leader = null },
        };
        var (exitCode, output) = await RunAsync(NewStatus(group));
        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.StartsWith($"Cluster test: {problem}\n", output, StringComparison.Ordinal);
        Assert.Contains(state, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_BrokerThatDoesNotAnswer_IsNamedWithItsReason()
    {
        var status = NewStatus(Group(1, Replica(1)));
        var gone =
            status.Brokers[2] with { IsReachable = false, Version = null, Uptime = null, Error = "connection refused" };
        var (exitCode, output) = await RunAsync(status with { Brokers = [status.Brokers[0], status.Brokers[1], gone] });
        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.StartsWith("Cluster test: 1 broker not reachable\n", output, StringComparison.Ordinal);
        Assert.Contains("not reachable: connection refused", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_GroupWithoutReplicas_IsNoError()
    {
        var (_, output) = await RunAsync(NewStatus(Group(1) with { Leader = null }));
        Assert.Contains("leaderless", output, StringComparison.Ordinal);
        (_, output) = await RunAsync(NewStatus(Group(1)));
        Assert.Contains("orders/0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_Replicas_ShowsEachOnItsLine()
    {
        var (_, output) = await RunAsync(
            NewStatus(Group(1, Replica(1) with { Role = ReplicaRole.Leader }, Replica(2))), "--replicas");
        Assert.Contains("1 leader", output, StringComparison.Ordinal);
        Assert.Contains("2 follower", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_Json_HasTheDocumentedFields()
    {
        var (exitCode, output) = await RunAsync(
            NewStatus(Group(1, Replica(1), Replica(2) with { Checksum = 1 })), "--output", "json");
        Assert.Equal(ExitCode.Failed, exitCode);
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        Assert.Equal(["clusterId", "controllerId", "isHealthy", "problems", "brokers", "groups"], Names(root));
        Assert.False(root.GetProperty("isHealthy").GetBoolean());
        Assert.Equal(
            ["id", "address", "peerAddress", "httpAddress", "isReachable", "version", "uptimeSeconds", "error"],
            Names(root.GetProperty("brokers")[0]));
        var group = root.GetProperty("groups")[1];
        Assert.Equal(["groupId", "topic", "partition", "leader", "term", "state", "replicas"], Names(group));
        Assert.Equal("differ", group.GetProperty("state").GetString());
        var replica = group.GetProperty("replicas")[1];
        Assert.Equal(
            [
                "brokerId",
                "role",
                "commitIndex",
                "appliedIndex",
                "lastIndex",
                "lastOffset",
                "nextOffset",
                "lag",
                "checksum",
                "sizeBytes",
            ],
            Names(replica));
        Assert.Equal("00000001", replica.GetProperty("checksum").GetString());
        Assert.Equal(99, replica.GetProperty("lastOffset").GetInt64());
        Assert.Equal(
            JsonValueKind.Null,
            root.GetProperty("groups")[0].GetProperty("replicas")[0].GetProperty("lastOffset").ValueKind);
    }

    [Fact]
    public async Task Status_Colours_ChangeNoColumn()
    {
        var status = NewStatus(Group(1, Replica(1), Replica(2)));
        var (_, plain) = await RunAsync(status);
        using var runner =
            new CommandRunner { Cluster = new MemoryCluster { Status = status }, Palette = Palette.Ansi };
        await runner.RunAsync("cluster", "status");
        Assert.Contains("\e[32mhealthy\e[0m", runner.Output, StringComparison.Ordinal);
        Assert.Equal(plain, System.Text.RegularExpressions.Regex.Replace(runner.Output, "\e\\[[0-9]+m", string.Empty));
    }

    [Theory]
    [InlineData(true, null, "xterm", true)]
    [InlineData(true, "1", "xterm", false)]
    [InlineData(true, null, "dumb", false)]
    [InlineData(false, null, "xterm", false)]
    public void Palette_Environment_Decides(bool isTerminal, string? noColor, string term, bool hasColours)
    {
        var palette = Palette.For(isTerminal, name => name switch { "NO_COLOR" => noColor, "TERM" => term, _ => null });
        Assert.Equal(hasColours, palette.Paint(Tone.Good, "x") != "x");
    }

    private static IEnumerable<string> Names(JsonElement element) =>
        element.EnumerateObject().Select(field => field.Name);

    private static async Task<(int ExitCode, string Output)> RunAsync(ClusterStatus status, params string[] options)
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster { Status = status } };
        var exitCode = await runner.RunAsync(["cluster", "status", .. options]);
        Assert.Empty(runner.Error);
        return (exitCode, runner.Output);
    }

    private static ClusterStatus NewStatus(GroupStatus group) => new(
        "test",
        new BrokerId(2),
        [.. Enumerable.Range(1, 3).Select(id => new BrokerStatus(
            new BrokerId(id),
            $"127.0.0.1:940{id}",
            $"127.0.0.1:950{id}",
            $"127.0.0.1:960{id}",
            true,
            "0.1.0",
            TimeSpan.FromSeconds(125),
            null))],
        [
            new GroupStatus(0, null, 0, new BrokerId(2), 4, [Metadata(1), Metadata(2), Metadata(3)]),
            group,
        ]);

    private static GroupStatus Group(long id, params ReplicaStatus[] replicas) =>
        new(id, "orders", 0, new BrokerId(1), 4, replicas);

    private static ReplicaStatus Replica(int broker) =>
        new(new BrokerId(broker), ReplicaRole.Follower, 12, 12, 12, new Offset(100), 0, 0xabcd, 1_200_000);

    private static ReplicaStatus Metadata(int broker) =>
        new(new BrokerId(broker), ReplicaRole.Follower, 12, 12, 12, Offset.Zero, 0, 0, 0);
}
