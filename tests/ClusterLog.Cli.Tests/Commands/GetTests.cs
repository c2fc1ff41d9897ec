using System.Text;
using System.Text.Json;
using ClusterLog.Cli.Tests.Support;

namespace ClusterLog.Cli.Tests.Commands;

public sealed class GetTests
{
    [Fact]
    public async Task Get_OfAKey_PrintsItsLatestValue()
    {
        using var runner = await ProducedAsync("a:1\nb:2\na:3\n");
        Assert.Equal(0, await runner.RunAsync("get", "t", "a"));
        Assert.Equal("3\n", runner.Output);
    }

    [Fact]
    public async Task Get_AsJson_PrintsTheWholeRecord()
    {
        using var runner = await ProducedAsync("a:1\na:3\n");
        Assert.Equal(0, await runner.RunAsync("get", "t", "a", "--output", "json"));
        using var json = JsonDocument.Parse(runner.Output);
        Assert.Equal("a", json.RootElement.GetProperty("key").GetString());
        Assert.Equal("3", json.RootElement.GetProperty("value").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task Get_WithMetadata_PrintsPartitionOffsetAndTime()
    {
        using var runner = await ProducedAsync("a:1\na:3\n");
        Assert.Equal(0, await runner.RunAsync("get", "t", "a", "--show-metadata"));
        Assert.Matches("^0\t1\t1970-01-01T[^\t]+\t3\n$", runner.Output);
    }

    [Fact]
    public async Task Get_OfAKeyWithoutARecord_PrintsNothingAndExitsWith1()
    {
        using var runner = await ProducedAsync("a:1\n");
        Assert.Equal(1, await runner.RunAsync("get", "t", "b"));
        Assert.Equal("", runner.Output);
        Assert.StartsWith("error: KeyNotFound: ", runner.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_OfATopicThatIsNotThere_Fails()
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster() };
        Assert.Equal(1, await runner.RunAsync("get", "t", "b"));
        Assert.Contains("UnknownTopic", runner.Error, StringComparison.Ordinal);
    }

    private static async Task<CommandRunner> ProducedAsync(string lines)
    {
        var cluster = new MemoryCluster().With("t");
        using var producing = new CommandRunner { Cluster = cluster, Input = new MemoryStream(Encoding.UTF8.GetBytes(lines)) };
        Assert.Equal(0, await producing.RunAsync("produce", "t", "--key-separator", ":"));
        return new CommandRunner { Cluster = cluster };
    }
}
