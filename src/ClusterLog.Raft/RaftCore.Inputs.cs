namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    /// <summary>Time has passed: one tick of the driver.</summary>
    public void Tick()
    {
        if (IsQuiet)
        {
            return;
        }

        TickStorage();
        TickReads();
        if (Role == RaftRole.Leader)
        {
            TickLeader();
        }
        else
        {
            TickElection();
        }
    }

    /// <summary>
    /// Takes a message in. Lost, late, repeated and reordered messages do no harm; what cannot be right is counted in
    /// <see cref="RefusedMessages"/> and dropped.
    /// </summary>
    /// <exception cref="RaftInvariantException">The message proves that the group is broken.</exception>
    public void Step(RaftMessage message)
    {
        // Requests are heard from strangers too, for our configuration may be behind theirs (thesis 4.1): a leader or a
        // candidate is judged by its term and log alone. An answer counts only from a member as we know it: one from
        // before it was removed, or of another incarnation, says nothing about the member of today (raft-notes rule 9).
        var isAnswer = message is AppendResponse or HeartbeatResponse or VoteResponse or PreVoteResponse;
        var isAddressed = message.To == _self && message.From != _self && !message.From.IsNone;
        if (!isAddressed || (isAnswer && !Configuration.Contains(message.From)))
        {
            RefusedMessages++;
            HearNewcomer(message);
            return;
        }

        if (IsQuiet)
        {
            WakeBy(message);
        }

        if (message.Term < Term)
        {
            StepLowerTerm(message);
        }
        else if (message.Term == Term || TryEnterTerm(message))
        {
            Dispatch(message);
        }
    }

    /// <summary>Appends an entry to the log of a leader.</summary>
    /// <param name="kind">What the payload is.</param>
    /// <param name="offsetCount">How many offsets it takes; zero unless it is data.</param>
    /// <param name="maxTimestamp">The latest timestamp of its records, in Unix milliseconds.</param>
    /// <param name="payload">The bytes; nobody may change them any more.</param>
    /// <param name="entry">The entry appended, with its index, term and offset; null unless accepted.</param>
    /// <exception cref="RaftInvariantException">The number of offsets does not fit the kind.</exception>
    public ProposeResult Propose(
        EntryKind kind, int offsetCount, long maxTimestamp, ReadOnlyMemory<byte> payload, out LogEntry? entry)
    {
        entry = null;
        if (Role != RaftRole.Leader)
        {
            return ProposeResult.NotLeader;
        }

        if (IsHandingOver)
        {
            return ProposeResult.Transferring;
        }

        if (!_uncommitted.HasRoomFor(LogEntry.OverheadBytes + payload.Length))
        {
            return ProposeResult.Busy;
        }

        if (kind == EntryKind.Configuration)
        {
            throw Violation("A configuration was proposed other than by a change of the members");
        }

        if (offsetCount < 0 || (kind != EntryKind.Data && offsetCount != 0))
        {
            throw Violation($"An entry of kind {kind} was proposed with {offsetCount} offsets");
        }

        entry = AppendOwn(kind, offsetCount, maxTimestamp, payload);
        return ProposeResult.Accepted;
    }

    /// <summary>
    /// Everything of an output, and of all earlier ones, is on disk. A token of another term, or whose index holds
    /// another entry by now, says nothing about this log any more and is dropped (raft-notes rule 3).
    /// </summary>
    public void Durable(DurableToken token)
    {
        NoteDurable(token.Sequence);
        if (token.Term != Term)
        {
            return;
        }

        if (Role == RaftRole.Candidate)
        {
            // A candidate enters its term with its vote, so every token of the term carries the vote too.
            CountOwnVote();
        }

        if (Role == RaftRole.Leader
            && token.LastIndex <= _log.LastIndex
            && _log.TermAt(token.LastIndex) == token.LastTerm
            && _tracker.Self.TryAdvance(token.LastIndex))
        {
            CommitByMajority();
        }
    }

    /// <summary>
    /// Answers a <see cref="LoadRequest"/>. An empty list means that the read failed: it is tried again at a later
    /// tick. Entries that our log no longer holds with these terms are not sent.
    /// </summary>
    public void Loaded(ReplicaId peer, LogIndex first, IReadOnlyList<LogEntry> entries)
    {
        var member = _tracker.Find(peer);
        if (member is null || member.Loading != first)
        {
            return;
        }

        member.Loading = null;
        _flushDue = true;
        if (Role == RaftRole.Leader)
        {
            SendLoaded(member, first, entries);
        }
    }

    /// <summary>
    /// A broker can be reached again. A leader probes its replicas at once, for what was under way may be lost. Which
    /// incarnation is named makes no difference.
    /// </summary>
    public void PeerUp(ReplicaId peer)
    {
        NoteUp(peer);
        if (Role == RaftRole.Leader && TryProbeReplicasOf(peer))
        {
            _flushDue = true;
        }
    }

    /// <summary>
    /// A broker cannot be reached. A follower of it forgets its lease, so that it grants pre-votes, and campaigns after
    /// a few ticks instead of a whole timeout; a leader stops pipelining to it.
    /// </summary>
    /// <param name="peer">Which broker; the incarnation that is named makes no difference.</param>
    /// <param name="stoppedIn">
    /// Where it is only its replica of this group that has stopped: the last term which that knew. Whoever leads on the
    /// same broker in a later term is another, or has started anew.
    /// </param>
    public void PeerDown(ReplicaId peer, Term? stoppedIn = null)
    {
        if (stoppedIn < Term && peer.IsSameBroker(Leader))
        {
            return;
        }

        NoteDown(peer, stoppedIn);
        if (Role == RaftRole.Leader)
        {
            TryProbeReplicasOf(peer);
        }
        else if (Role == RaftRole.Follower && !peer.IsNone && peer.IsSameBroker(Leader))
        {
            Wake();
            Leader = ReplicaId.None;
            _electionTimeout = _electionElapsed + _random.Next(1, PeerDownTicksMax + 1) + (Rank() * PeerDownTicksMax);
        }
    }

    private bool TryProbeReplicasOf(ReplicaId broker)
    {
        var found = false;
        foreach (var member in _tracker.Members)
        {
            if (member.Id != _self && member.Id.IsSameBroker(broker))
            {
                found = true;
                member.BecomeProbe();
            }
        }

        if (found)
        {
            Wake();
        }

        return found;
    }

    private void Dispatch(RaftMessage message)
    {
        switch (message)
        {
            case AppendRequest request:
                FollowLeader(request.From);
                HandleAppend(request);
                break;
            case AppendResponse response:
                HandleAppendResponse(response);
                break;
            case InstallSnapshotRequest request:
                FollowLeader(request.From);
                HandleInstall(request);
                break;
            case HeartbeatRequest request:
                FollowLeader(request.From);
                HandleHeartbeat(request);
                break;
            case HeartbeatResponse response:
                HandleHeartbeatResponse(response);
                break;
            case ReadIndexRequest request:
                HandleReadIndex(request);
                break;
            case ReadIndexResponse response:
                HandleReadIndexResponse(response);
                break;
            case PreVoteRequest request:
                HandlePreVote(request);
                break;
            case PreVoteResponse response:
                HandlePreVoteResponse(response);
                break;
            case VoteRequest request:
                HandleVote(request);
                break;
            case VoteResponse response:
                HandleVoteResponse(response);
                break;
            case TimeoutNowRequest:
                HandleTimeoutNow();
                break;
            default:
                RefusedMessages++;
                break;
        }
    }
}
