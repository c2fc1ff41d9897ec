namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>What happened in runs under faults: those in which nothing happens would prove nothing.</summary>
internal readonly record struct RunCounts(int Committed, int Installs, int Reads)
{
    /// <summary>Changes of the members that were committed.</summary>
    public int Changes { get; init; }

    public int LostDisks { get; init; }

    /// <summary>Steps at the end of which some replica was quiet.</summary>
    public int QuietSteps { get; init; }

    public static RunCounts operator +(RunCounts left, RunCounts right)
        => new(left.Committed + right.Committed, left.Installs + right.Installs, left.Reads + right.Reads)
        {
            Changes = left.Changes + right.Changes,
            LostDisks = left.LostDisks + right.LostDisks,
            QuietSteps = left.QuietSteps + right.QuietSteps,
        };

    public void AssertEnough(int runs)
    {
        Assert.True(Committed > runs * 20, $"Too little was committed in {runs} runs: {this}.");
        Assert.True(Changes > runs, $"Too few changes of the members were committed in {runs} runs: {this}.");
        Assert.True(LostDisks > runs / 20, $"Too few disks were lost in {runs} runs: {this}.");
        Assert.True(QuietSteps > runs * 10, $"Too little was quiet in {runs} runs: {this}.");
        Assert.True(Installs > runs / 20, $"Too few snapshots were installed in {runs} runs: {this}.");
        Assert.True(Reads > runs, $"Too few reads were answered in {runs} runs: {this}.");
    }
}
