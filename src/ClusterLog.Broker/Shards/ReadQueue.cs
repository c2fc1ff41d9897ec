using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// The reads of one replica: first they wait for the index at which they are linearizable, then until the state machine
/// has applied up to it. Bounded by the core's <see cref="RaftOptions.ReadsWaitingMax"/> and their deadlines. Owned by the
/// group's shard.
/// </summary>
internal sealed class ReadQueue
{
    private readonly Dictionary<ulong, PendingRead> _asking = [];
    private readonly List<(LogIndex Index, PendingRead Read)> _applying = [];

    /// <summary>True when nobody waits.</summary>
    public bool IsEmpty => _asking.Count == 0 && _applying.Count == 0;

    /// <summary>The core was asked for the index of a read.</summary>
    public void Add(ulong context, PendingRead read) => _asking.Add(context, read);

    /// <summary>The core has answered: the read is served once so much is applied.</summary>
    public void OnAnswered(ReadAnswer answer, LogIndex applied)
    {
        // One whose deadline has passed is not there any more.
        if (!_asking.Remove(answer.Context, out var read))
        {
            return;
        }

        if (answer.Index <= applied)
        {
            read.Complete();
        }
        else
        {
            _applying.Add((answer.Index, read));
        }
    }

    /// <summary>The core will never answer.</summary>
    public void OnFailed(ulong context, string message)
    {
        if (_asking.Remove(context, out var read))
        {
            read.Fail(ErrorCode.NotLeader, message);
        }
    }

    /// <summary>The state machine has taken everything up to an index.</summary>
    public void OnApplied(LogIndex applied)
    {
        if (_applying.Count == 0)
        {
            return;
        }

        // Answers may come out of order, so each is looked at; as a rule there are none, or few.
        var kept = 0;
        for (var i = 0; i < _applying.Count; i++)
        {
            var (index, read) = _applying[i];
            if (index <= applied)
            {
                read.Complete();
            }
            else
            {
                _applying[kept++] = (index, read);
            }
        }

        _applying.RemoveRange(kept, _applying.Count - kept);
    }

    public void FailAll(ErrorCode code, string message)
    {
        foreach (var read in _asking.Values)
        {
            read.Fail(code, message);
        }

        foreach (var (_, read) in _applying)
        {
            read.Fail(code, message);
        }

        _asking.Clear();
        _applying.Clear();
    }

    /// <summary>Answers those whose deadline has passed.</summary>
    public void ExpireOlderThan(long nowMilliseconds)
    {
        foreach (var (context, read) in _asking)
        {
            if (Expire(read, nowMilliseconds))
            {
                _asking.Remove(context);
            }
        }

        _applying.RemoveAll(waiting => Expire(waiting.Read, nowMilliseconds));
    }

    private static bool Expire(PendingRead read, long nowMilliseconds)
    {
        if (read.DeadlineMilliseconds > nowMilliseconds)
        {
            return false;
        }

        read.Fail(ErrorCode.RequestTimedOut, "The read was not confirmed by a majority in time.");
        return true;
    }
}
