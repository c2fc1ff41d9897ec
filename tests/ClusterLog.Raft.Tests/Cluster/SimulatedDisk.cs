namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>
/// A disk on which writes wait until they are completed, in order. A crash loses those that wait. Durable state is what
/// completed writes have left.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly Queue<RaftOutput> _waiting = new();

    public SimulatedDisk(ListRaftLog log, HardState hardState)
    {
        DurableLog = log;
        DurableState = hardState;
    }

    public ListRaftLog DurableLog { get; }

    public HardState DurableState { get; private set; }

    public int Waiting => _waiting.Count;

    public void Submit(RaftOutput output) => _waiting.Enqueue(output);

    /// <summary>Makes the oldest waiting write durable and returns it; its messages may leave now.</summary>
    public RaftOutput Complete()
    {
        var output = _waiting.Dequeue();
        DurableState = output.HardState ?? DurableState;
        if (output.Entries.Count > 0)
        {
            if (output.Entries[0].Index <= DurableLog.LastIndex)
            {
                DurableLog.TruncateSuffix(output.Entries[0].Index);
            }

            DurableLog.Append([.. output.Entries]);
        }

        return output;
    }

    public void Crash() => _waiting.Clear();
}
