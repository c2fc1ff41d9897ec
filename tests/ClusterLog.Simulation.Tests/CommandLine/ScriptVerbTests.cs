using ClusterLog.Simulation.CommandLine;

namespace ClusterLog.Simulation.Tests.CommandLine;

public sealed class ScriptVerbTests
{
    private const string Script = "add-nodes 1 voters=(1) index=3\n----\nok\n\nraft-state\n----\n";

    [Theory]
    [InlineData(Script + "1: StateFollower (Voter) Term:0 Lead:0\n", 0)]
    [InlineData(Script + "1: StateLeader (Voter) Term:0 Lead:0\n", 1)]
    [InlineData("campaign 1\n----\nok\n", 1)]
    [InlineData("# nothing to compare\n", 1)]
    public void Run_Script_TellsWhetherItPassed(string script, int expected)
    {
        using var file = new TemporaryFile(script, "a.txt");

        Assert.Equal(expected, new ScriptVerb().Run([file.Path]));
    }

    [Fact]
    public void Run_WithoutAFile_IsWrongUsage() => Assert.Throws<UsageException>(() => new ScriptVerb().Run([]));
}
