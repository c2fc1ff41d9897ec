using ClusterLog.Cli.Tests.Support;

namespace ClusterLog.Cli.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("topic", "A command is missing: create, list, describe, alter, delete.")]
    [InlineData("topic lst", "'lst' is not a command here. Did you mean 'list'?")]
    [InlineData("prodce T", "'prodce' is not a command here. Did you mean 'produce'?")]
    [InlineData("topic list --nope", "'--nope' is not an option here.")]
    [InlineData("consume T --folow", "Did you mean '--follow'?")]
    [InlineData("topic create", "Required argument missing")]
    [InlineData("topic create a b", "'b' is not expected here.")]
    [InlineData("topic create a/b", "A topic's name is 1 to 249 letters")]
    [InlineData("topic create a --partitions 0", "--partitions must be a whole number from 1 to 100000; found '0'.")]
    [InlineData("topic create a --partitions x", "--partitions must be a whole number from 1 to 100000; found 'x'.")]
    [InlineData("topic create a --replicas -1", "--replicas must be a whole number from 1 to 100; found '-1'.")]
    [InlineData("topic create a --replicas", "Required argument missing for option: '--replicas'.")]
    [InlineData("topic delete a", "needs --yes")]
    [InlineData("produce T --acks most", "--acks must be one of all, leader, none; found 'most'.")]
    [InlineData("produce T --acks 1", "--acks must be one of all, leader, none; found '1'.")]
    [InlineData("produce T --rate 0", "--rate must be a number above 0; found '0'.")]
    [InlineData("produce T --rate NaN", "--rate must be a number above 0; found 'NaN'.")]
    [InlineData("produce T --linger -1", "--linger must be a number of milliseconds from 0 to 60000; found '-1'.")]
    [InlineData("produce T --batch-bytes 1", "--batch-bytes must be a number of bytes")]
    [InlineData("produce T --partition 1.5", "--partition must be a whole number, 0 or more; found '1.5'.")]
    [InlineData("produce T --delivery-timeout 5", "--delivery-timeout must be a number with a unit")]
    [InlineData("consume T --from -5", "--from must be earliest, latest, an offset")]
    [InlineData("consume T --until now", "--until must be 'end'; found 'now'.")]
    [InlineData("consume T --max 0", "--max must be a whole number, 1 or more; found '0'.")]
    [InlineData("consume T --follow --until end", "use one of them")]
    [InlineData("bench produce", "Option '--topic' is required.")]
    [InlineData("bench produce --topic T --record-size 2MiB", "from 0 to 1048576; found '2MiB'.")]
    [InlineData("bench produce --topic T --connections 0", "--connections must be a whole number from 1 to 1000; found '0'.")]
    [InlineData("bench produce --topic T --count 0", "--count must be a whole number, 1 or more; found '0'.")]
    [InlineData("bench consume --topic T --from x", "--from must be earliest")]
    [InlineData("topic list --output xml", "--output must be one of json, text; found 'xml'.")]
    [InlineData("topic list --bootstrap nowhere", "--bootstrap must be a comma list of HOST:PORT; found 'nowhere'.")]
    [InlineData("topic list --bootstrap a:1,b:99999", "--bootstrap must be a comma list of HOST:PORT")]
    [InlineData("topic list --timeout 0s", "--timeout must be a number with a unit")]
    [InlineData("completion tcsh", "SHELL must be one of bash, zsh, fish; found 'tcsh'.")]
    public async Task RunAsync_LineThatMakesNoSense_ExitsWithTwoAndSaysWhy(string line, string expected)
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("T") };
        Assert.Equal(ExitCode.Usage, await runner.RunAsync(line.Split(' ')));
        Assert.StartsWith("error: ", runner.Error, StringComparison.Ordinal);
        Assert.Contains(expected, runner.Error, StringComparison.Ordinal);
        Assert.Empty(runner.Output);
    }

    [Fact]
    public async Task RunAsync_EmptySeparator_IsRefused()
    {
        using var runner = new CommandRunner();
        Assert.Equal(ExitCode.Usage, await runner.RunAsync("produce", "T", "--key-separator", ""));
        Assert.Contains("--key-separator must be a text that is not empty", runner.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Nothing_ShowsTheHelp()
    {
        using var runner = new CommandRunner();
        Assert.Equal(ExitCode.Success, await runner.RunAsync());
        Assert.Contains("clusterlog COMMAND [options]", runner.Output, StringComparison.Ordinal);
        Assert.Empty(runner.Error);
    }

    [Theory]
    [InlineData("topic")]
    [InlineData("topic create")]
    [InlineData("topic list")]
    [InlineData("topic describe")]
    [InlineData("topic delete")]
    [InlineData("produce")]
    [InlineData("consume")]
    [InlineData("cluster status")]
    [InlineData("bench produce")]
    [InlineData("bench consume")]
    [InlineData("completion")]
    public async Task RunAsync_Help_ShowsExamplesThatParse(string command)
    {
        using var runner = new CommandRunner();
        Assert.Equal(ExitCode.Success, await runner.RunAsync([.. command.Split(' '), "--help"]));
        var examples = runner.Output[runner.Output.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && !line.StartsWith("  #", StringComparison.Ordinal))
            .ToArray();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var words = example.Split(" > ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .SkipWhile(word => !word.EndsWith("clusterlog", StringComparison.Ordinal)).Skip(1)
                .TakeWhile(word => word != "|").Select(word => word.TrimEnd(')')).ToArray();
            Assert.Empty(runner.CommandLine.Parse(words).Errors);
        }

        Assert.All(runner.Output.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Theory]
    [InlineData("clusterlog ", "topic", "consume", "bench")]
    [InlineData("clusterlog topic cr", "create")]
    [InlineData("clusterlog consume ", "orders", "payments", "--from")]
    [InlineData("clusterlog consume orders --fr", "--from")]
    [InlineData("clusterlog consume orders --from ", "earliest", "latest")]
    [InlineData("clusterlog produce orders --acks ", "all", "leader", "none")]
    [InlineData("clusterlog topic list --output ", "json", "text")]
    [InlineData("clusterlog bench consume --topic ", "orders")]
    public async Task RunAsync_SuggestDirective_OffersWhatFits(string line, params string[] expected)
    {
        using var runner = new CommandRunner { Cluster = new MemoryCluster().With("orders").With("payments") };
        Assert.Equal(ExitCode.Success, await runner.RunAsync($"[suggest:{line.Length}]", line));
        Assert.Superset(expected.ToHashSet(), runner.Output.Split('\n').Select(one => one.Trim()).ToHashSet());
    }

    [Theory]
    [InlineData("clusterlog produce orders --acks ", "all", "leader", "none")]
    [InlineData("clusterlog topic list --output ", "json", "text")]
    public async Task RunAsync_SuggestDirectiveForAnOptionsValue_OffersWhatIsAccepted(
        string line, params string[] expected)
    {
        using var runner = new CommandRunner();
        Assert.Equal(ExitCode.Success, await runner.RunAsync($"[suggest:{line.Length}]", line));
        Assert.Equal(expected, runner.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _clusterlog clusterlog")]
    [InlineData("zsh", "#compdef clusterlog")]
    [InlineData("fish", "complete -c clusterlog")]
    public async Task Completion_Shell_PrintsItsScript(string shell, string expected)
    {
        using var runner = new CommandRunner();
        Assert.Equal(ExitCode.Success, await runner.RunAsync("completion", shell));
        Assert.Contains(expected, runner.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", runner.Output, StringComparison.Ordinal);
    }
}
