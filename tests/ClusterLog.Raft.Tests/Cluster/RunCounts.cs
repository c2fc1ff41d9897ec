namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>What happened in runs under faults: those in which nothing happens would prove nothing.</summary>
internal readonly record struct RunCounts(int Committed, int Installs, int Reads)
{
    public static RunCounts operator +(RunCounts left, RunCounts right)
        => new(left.Committed + right.Committed, left.Installs + right.Installs, left.Reads + right.Reads);

    public void AssertEnough(int runs)
    {
        Assert.True(Committed > runs * 20, $"Too little was committed in {runs} runs: {this}.");
        Assert.True(Installs > runs / 20, $"Too few snapshots were installed in {runs} runs: {this}.");
        Assert.True(Reads > runs, $"Too few reads were answered in {runs} runs: {this}.");
    }
}
