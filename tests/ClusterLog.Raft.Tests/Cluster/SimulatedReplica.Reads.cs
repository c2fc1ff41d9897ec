namespace ClusterLog.Raft.Tests.Cluster;

/// <content>Linearizable reads, each of which must see all that was committed when it was asked for.</content>
internal sealed partial class SimulatedReplica
{
    private readonly Dictionary<ulong, int> _readsWaiting = [];

    /// <summary>The answers so far, in the order in which they came.</summary>
    public List<ReadAnswer> Reads { get; } = [];

    /// <summary>The contexts of the reads that have failed, in order.</summary>
    public List<ulong> FailedReads { get; } = [];

    /// <summary>Reads that were neither answered nor given up yet.</summary>
    public int WaitingReads => _readsWaiting.Count;

    /// <summary>Asks for a read under a context that no other has.</summary>
    public ReadRequestResult RequestRead()
    {
        var context = _cluster.NextReadContext();
        var result = Core.RequestRead(context);
        if (result == ReadRequestResult.Accepted)
        {
            _readsWaiting.Add(context, _cluster.Invariants.Committed.Count);
        }

        return result;
    }

    private void TakeReads(RaftOutput output)
    {
        foreach (var answer in output.Reads)
        {
            Assert.True(_readsWaiting.Remove(answer.Context, out var committed), $"Nobody waits for read {answer.Context}.");
            _cluster.Invariants.ReadAnswered(this, answer, committed);
            Reads.Add(answer);
        }

        foreach (var context in output.FailedReads)
        {
            Assert.True(_readsWaiting.Remove(context), $"Nobody waits for read {context}, which has failed.");
            FailedReads.Add(context);
        }
    }
}
