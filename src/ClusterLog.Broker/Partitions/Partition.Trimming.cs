using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Partitions;

/// <content>Where the partition begins: who asks for it, what the command does, and what it frees.</content>
internal sealed partial class Partition
{
    /// <summary>Judges a trim and proposes it.</summary>
    public void ProposeTrim(TrimWork work)
    {
        if (!Replica.IsReadyToServe)
        {
            work.Fail(
                Replica.Leads ? ErrorCode.LeaderNotAvailable : ErrorCode.NotLeader,
                $"{Address} is led by broker {Replica.Leader} in term {Replica.Term}.");
        }
        else if (work.StartOffset > HighWatermark)
        {
            work.Fail(
                ErrorCode.OffsetOutOfRange,
                $"{Address} holds offsets {FirstOffset} to {HighWatermark - 1}; asked to begin at {work.StartOffset}.");
        }
        else if (work.StartOffset <= StartOffset)
        {
            work.Complete();
        }
        else
        {
            ProposeStart(work, work.StartOffset);
        }
    }

    /// <summary>Proposes to begin at an offset, which the command's own entry judges.</summary>
    public void ProposeStart(Proposal proposal, long startOffset)
    {
        var command = PartitionCommandCodec.Encode(new TrimCommand(startOffset));
        Replica.Propose(proposal, EntryKind.Command, offsetCount: 0, maxTimestamp: 0, command);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Whole checkpoints only: the log goes on behind one that lies at or before the start offset. What is between the
    /// two stays on disk until a checkpoint has come closer, and is read by nobody.
    /// </remarks>
    public void TrimLog(PartitionLog log)
    {
        if (StartOffset > 0)
        {
            log.TrimToOffset(StartOffset);
        }
    }

    private void Trim()
    {
        Replica.Trim();
        if (Address.Config.HasRetention && StartOffset == HighWatermark && Replica.Log.FirstOffset < StartOffset)
        {
            // Everything is too old, and perhaps nothing more will come: no later checkpoint would let it go.
            Replica.SaveCheckpoint();
        }
    }

    private void ApplyTrim(TrimCommand trim)
    {
        var start = Math.Min(trim.StartOffset, HighWatermark);
        if (start > StartOffset)
        {
            StartOffset = start;
            _isTrimDue = true;
        }
    }
}
