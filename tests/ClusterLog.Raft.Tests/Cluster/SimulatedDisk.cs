namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>
/// A disk on which writes wait until they are completed, in order. A crash loses those that wait. Durable state is what
/// completed writes have left. A write is a hard state, a snapshot and entries, in that order.
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

    /// <summary>What stands for all before the log's first entry; null where nothing was ever trimmed.</summary>
    public RaftSnapshot? Base { get; private set; }

    public int Waiting => _waiting.Count;

    public void Submit(RaftOutput output) => _waiting.Enqueue(output);

    /// <summary>Makes the oldest waiting write durable and returns it; its messages may leave now.</summary>
    public RaftOutput Complete()
    {
        var output = _waiting.Dequeue();
        WriteSnapshot(output);
        WriteEntries(output, output.Entries.Count);
        return output;
    }

    /// <summary>Loses what waits; of the oldest write some first parts may have reached the disk:
    /// its hard state, its snapshot, its entries one by one.</summary>
    public void Crash(int partsWritten = 0)
    {
        if (partsWritten > 0 && _waiting.TryPeek(out var torn))
        {
            DurableState = torn.HardState ?? DurableState;
            if (partsWritten > 1)
            {
                WriteSnapshot(torn);
                WriteEntries(torn, partsWritten - 2);
            }
        }

        _waiting.Clear();
    }

    /// <summary>Drops the entries up to the snapshot's; the disk must hold that one.</summary>
    public void Trim(RaftSnapshot snapshot)
    {
        Assert.Equal(snapshot.Term, DurableLog.TermAt(snapshot.Index));
        DurableLog.Compact(snapshot.Index);
        Assert.Equal(snapshot.NextOffset, DurableLog.CompactedOffset);
        Base = snapshot;
    }

    private void WriteEntries(RaftOutput output, int count)
    {
        count = Math.Min(count, output.Entries.Count);
        if (count == 0)
        {
            return;
        }

        if (output.Entries[0].Index <= DurableLog.LastIndex)
        {
            DurableLog.TruncateSuffix(output.Entries[0].Index);
        }

        DurableLog.Append([.. output.Entries.Take(count)]);
    }

    private void WriteSnapshot(RaftOutput output)
    {
        DurableState = output.HardState ?? DurableState;
        if (output.Snapshot is { } snapshot)
        {
            DurableLog.Reset(snapshot);
            Base = snapshot;
        }
    }
}
