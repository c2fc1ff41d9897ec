using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <content>Linearizable reads: a majority confirms that this replica leads before its state machine is read.</content>
internal sealed partial class Replica
{
    // Most replicas never serve such a read.
    private ReadQueue? _reads;

    // Counts on from a random number: a read's name must not be used twice, not even after a restart.
    private ulong _lastRead;

    /// <summary>
    /// Asks for a read of everything that is committed by now. Refusals are answered before this returns. A replica that
    /// does not lead asks its leader, and then serves the read from its own state machine.
    /// </summary>
    public void RequestRead(PendingRead read)
    {
        if (IsStopped)
        {
            read.Fail(ErrorCode.StorageFailed, $"The replica of group {Group} has stopped: {StoppedBecause}");
            return;
        }

        _shard.Touch(this);
        var context = ++_lastRead;
        switch (_core.RequestRead(context))
        {
            case ReadRequestResult.Accepted:
                (_reads ??= new ReadQueue()).Add(context, read);
                break;
            case ReadRequestResult.NotReady:
                read.Fail(ErrorCode.LeaderNotAvailable, $"Group {Group} has just elected this broker in term {Term}.");
                break;
            case ReadRequestResult.Busy:
                read.Fail(
                    ErrorCode.TooManyRequests,
                    $"Group {Group} has {_shard.Services.Raft.ReadsWaitingMax} reads that wait for a majority.");
                break;
            default:
                read.Fail(ErrorCode.NotLeader, $"Group {Group} is led by broker {Leader} in term {Term}.");
                break;
        }
    }

    private void AnswerReads(RaftOutput output)
    {
        foreach (var answer in output.Reads)
        {
            _reads?.OnAnswered(answer, Applied);
        }

        foreach (var context in output.FailedReads)
        {
            _reads?.OnFailed(context, $"Group {Group} has lost its leader, or does not hear of it; now in term {Term}.");
        }
    }
}
