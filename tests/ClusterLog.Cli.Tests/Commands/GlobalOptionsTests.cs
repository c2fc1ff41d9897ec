using ClusterLog.Cli.Tests.Support;

namespace ClusterLog.Cli.Tests.Commands;

public sealed class GlobalOptionsTests
{
    [Fact]
    public async Task Bootstrap_OptionThenVariableThenDefault_Decides()
    {
        using var runner = new CommandRunner();
        await runner.RunAsync("topic", "list");
        Assert.Equal(["127.0.0.1:9400"], runner.Cluster.Options!.Bootstrap);
        runner.Variables["CLUSTERLOG_BOOTSTRAP"] = "a:1, b:2";
        await runner.RunAsync("topic", "list");
        Assert.Equal(["a:1", "b:2"], runner.Cluster.Options!.Bootstrap);
        await runner.RunAsync("topic", "list", "--bootstrap", "c:3,[::1]:4");
        Assert.Equal(["c:3", "[::1]:4"], runner.Cluster.Options!.Bootstrap);
        await runner.RunAsync("-b", "d:5", "topic", "list", "--timeout", "2s");
        Assert.Equal(["d:5"], runner.Cluster.Options!.Bootstrap);
        Assert.Equal(TimeSpan.FromSeconds(2), runner.Cluster.Options.RequestTimeout);
        Assert.Equal(TimeSpan.FromSeconds(2), runner.Cluster.Options.FirstContactTimeout);
        Assert.Null(runner.Cluster.Options.LoggerFactory);
        await runner.RunAsync("topic", "list", "--timeout", "1m");
        Assert.Equal(TimeSpan.FromSeconds(3), runner.Cluster.Options.FirstContactTimeout);
        await runner.RunAsync("topic", "list", "-v");
        Assert.NotNull(runner.Cluster.Options.LoggerFactory);
    }

    [Fact]
    public async Task Bootstrap_BadVariable_ExitsWithTwo()
    {
        using var runner = new CommandRunner();
        runner.Variables["CLUSTERLOG_BOOTSTRAP"] = "nowhere";
        Assert.Equal(ExitCode.Usage, await runner.RunAsync("topic", "list"));
        Assert.Contains(
            "CLUSTERLOG_BOOTSTRAP must be a comma list of HOST:PORT; found 'nowhere'.",
            runner.Error,
            StringComparison.Ordinal);
    }
}
