using ClusterLog.Simulation.CommandLine;

namespace ClusterLog.Simulation.Tests.CommandLine;

public sealed class LinearizabilityVerbTests
{
    private const string Good = "INFO 1 :invoke :write 3\nINFO 1 :ok :write 3\nINFO 2 :invoke :read nil\nINFO 2 :ok :read 3\n";
    private const string Bad = "INFO 1 :invoke :write 3\nINFO 1 :ok :write 3\nINFO 2 :invoke :read nil\nINFO 2 :ok :read 4\n";

    [Theory]
    [InlineData(Good, null, 0)]
    [InlineData(Bad, null, 0)]
    [InlineData(Good, "linearizable", 0)]
    [InlineData(Bad, "not-linearizable", 0)]
    [InlineData(Good, "not-linearizable", 1)]
    [InlineData(Bad, "linearizable", 1)]
    [InlineData("no history at all\n", null, 1)]
    public void Run_History_ComparesWithTheVerdictBesideIt(string history, string? verdict, int expected)
    {
        using var file = new TemporaryFile(history, "a.log");
        if (verdict is not null)
        {
            file.AddBeside("verdicts.tsv", $"a.log\t{verdict}\n");
        }

        Assert.Equal(expected, new LinearizabilityVerb().Run([file.Path]));
    }
}
