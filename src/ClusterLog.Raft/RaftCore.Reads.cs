using ClusterLog.Raft.Replication;

namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    // Made when first used: most groups never read this way.
    private WaitingReads? _reads;
    private ForwardedReads? _forwarded;

    // The number of the last question asked of the followers by heartbeats; rises while the core lives.
    private ulong _round;
    private long _ticks;

    private bool IsReadRoundDue => Role == RaftRole.Leader && _reads is { IsRoundDue: true };

    private bool HasWaitingReads => _reads is { Count: > 0 } || _forwarded is { Count: > 0 };

    /// <summary>
    /// Asks for the index that a linearizable read must wait for (ReadIndex, thesis 6.4). All reads that wait share one
    /// round of heartbeats, by which a majority confirms that this replica still led after they were asked for. A
    /// follower forwards the read to its leader. The answer comes by <see cref="RaftOutput.Reads"/>; when leadership is
    /// lost first, or a forwarded read is not answered within an election timeout, by
    /// <see cref="RaftOutput.FailedReads"/>.
    /// </summary>
    /// <param name="context">The driver's name for the read; of no meaning here, best unique.</param>
    public ReadRequestResult RequestRead(ulong context)
    {
        Wake();
        if (Role == RaftRole.Leader)
        {
            return AddRead(new WaitingRead(ReplicaId.None, context, Commit));
        }

        if (Leader.IsNone)
        {
            return ReadRequestResult.NotLeader;
        }

        _forwarded ??= new ForwardedReads(_options.ReadsWaitingMax, (ulong)_random.NextInt64() << 1);
        if (_forwarded.TryAdd(context, _ticks + _options.ElectionTicks) is not { } number)
        {
            return ReadRequestResult.Busy;
        }

        Output.Messages.Add(new ReadIndexRequest(_self, Leader, Term, number));
        return ReadRequestResult.Accepted;
    }

    private ReadRequestResult AddRead(WaitingRead read)
    {
        // Before an entry of its own term is committed a leader does not know how far the others' commits went.
        if (!IsReady)
        {
            return ReadRequestResult.NotReady;
        }

        _reads ??= new WaitingReads(_options.ReadsWaitingMax);
        return _reads.TryAdd(read) ? ReadRequestResult.Accepted : ReadRequestResult.Busy;
    }

    /// <summary>Asks the followers for all the reads that have come since the last round.</summary>
    private void StartReadRound()
    {
        _reads!.Start(++_round);
        SendHeartbeats();
        AnswerReads();
    }

    private void AnswerReads()
    {
        if (_reads is not { Round: > 0 } || !_tracker.HasAnswered(_reads.Round))
        {
            return;
        }

        foreach (var read in _reads.TakeConfirmed())
        {
            if (read.From.IsNone)
            {
                Output.AddRead(new ReadAnswer(read.Context, read.Index));
            }
            else
            {
                Output.Messages.Add(new ReadIndexResponse(_self, read.From, Term, read.Context, read.Index, Refused: false));
            }
        }
    }

    private void HandleReadIndex(ReadIndexRequest request)
    {
        var isAccepted = Role == RaftRole.Leader
            && AddRead(new WaitingRead(request.From, request.Context, Commit)) == ReadRequestResult.Accepted;
        if (!isAccepted)
        {
            Output.Messages.Add(
                new ReadIndexResponse(_self, request.From, Term, request.Context, LogIndex.Zero, Refused: true));
        }
    }

    private void HandleReadIndexResponse(ReadIndexResponse response)
    {
        if (_forwarded?.Take(response.Context) is not { } context)
        {
            return;
        }

        if (response.Refused)
        {
            Output.AddFailedRead(context);
        }
        else
        {
            Output.AddRead(new ReadAnswer(context, response.Index));
        }
    }

    private void TickReads()
    {
        _ticks++;
        FailForwardedReads(_ticks);
    }

    /// <summary>
    /// Nothing more is known of the reads that wait: the leader whom they were asked of leads no longer, as far as we
    /// know. Followers find out about those that they forwarded by the new term, or by waiting in vain.
    /// </summary>
    private void FailReads()
    {
        FailForwardedReads(long.MaxValue);
        if (_reads is not { Count: > 0 })
        {
            return;
        }

        foreach (var read in _reads.TakeAll())
        {
            if (read.From.IsNone)
            {
                Output.AddFailedRead(read.Context);
            }
        }
    }

    private void FailForwardedReads(long now)
    {
        while (_forwarded is not null && _forwarded.TryTakeExpired(now, out var context))
        {
            Output.AddFailedRead(context);
        }
    }
}
