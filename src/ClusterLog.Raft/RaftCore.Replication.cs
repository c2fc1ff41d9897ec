using ClusterLog.Raft.Replication;

namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    /// <summary>
    /// Hands leadership to a voter: once it holds the whole log it is told to campaign (thesis 3.10). Until then
    /// proposals are refused; after an election timeout the transfer is given up. Ignored unless this replica leads.
    /// </summary>
    public void TransferLeadership(ReplicaId target)
    {
        var isCandidate = target != _self && target != _transferee && Configuration.IsVoter(target);
        if (Role != RaftRole.Leader || !isCandidate || _tracker.Find(target) is not { } member)
        {
            return;
        }

        Wake();
        _transferee = target;
        LastTransferTarget = target;
        _electionElapsed = 0;
        member.IsPingDue = true;
        _flushDue = true;
        ContinueTransfer(member);
    }

    private void BecomeLeader()
    {
        var votedTerm = Term;
        EnterTerm(votedTerm, _self);
        StartToLead();
        Role = RaftRole.Leader;
        _tracker.Reset(_log.LastIndex);

        // Entries of earlier terms commit only under one of ours (paper 5.4.2, figure 8).
        TermStartIndex = AppendOwn(EntryKind.Barrier, 0, 0, ReadOnlyMemory<byte>.Empty).Index;
    }

    private LogEntry AppendOwn(EntryKind kind, int offsetCount, long maxTimestamp, ReadOnlyMemory<byte> payload)
    {
        var entry = new LogEntry(
            _log.LastIndex.Next, Term, kind, _log.NextOffset, offsetCount, maxTimestamp, payload);
        Wake();
        _log.Append([entry]);
        Output.Entries.Add(entry);
        _uncommitted.Add(entry.Index, entry.SizeBytes);
        _flushDue = true;
        return entry;
    }

    private void TickLeader()
    {
        if (MustMakeWay)
        {
            // Whoever is preferred must not win again at once, on a disk that hangs now and then.
            BecomeFollower(Term, ReplicaId.None);
            _electionTimeout += 2 * _options.ElectionTicks;
            return;
        }

        _heartbeatElapsed++;
        _electionElapsed++;
        if (_electionElapsed >= _options.ElectionTicks)
        {
            _electionElapsed = 0;
            if (!_transferee.IsNone)
            {
                _transferee = ReplicaId.None;
                ContinueChange();
            }

            if (!IsQuorumActive())
            {
                BecomeFollower(Term, ReplicaId.None);
                return;
            }
        }

        foreach (var member in _tracker.Members)
        {
            _flushDue |= member.Tick();
        }

        TickPriorities();
        if (TickQuiet())
        {
            return;
        }

        if (_heartbeatElapsed >= _options.HeartbeatTicks)
        {
            _heartbeatElapsed = 0;
            SendHeartbeats();
        }
    }

    /// <summary>
    /// A leader whose own disk hangs gives up its seat, though followers answer: a majority could commit without it, but
    /// nothing would end the wait of what only its disk can give (raft-notes rule 13 and fault 25).
    /// </summary>
    private bool MustMakeWay => IsStorageStalled && _options.CheckQuorum && !Configuration.IsOnlyVoter(_self);

    private bool IsQuorumActive()
    {
        // A group of one has nobody to make way for: to step down would only fail what waits for the disk.
        return !_options.CheckQuorum
            || Configuration.IsOnlyVoter(_self)
            || _tracker.TakeQuorumActive(selfActive: !IsStorageStalled);
    }

    private void SendHeartbeats()
    {
        foreach (var member in _tracker.Members)
        {
            if (member.Id != _self)
            {
                // A follower may hold a suffix that is not ours: it may commit only what it is known to match.
                var commit = LogIndex.Min(member.Match, Commit);
                var quiet = _quietRound > 0 && commit == Commit;
                Output.Messages.Add(new HeartbeatRequest(_self, member.Id, Term, commit, _round, quiet));
            }
        }
    }

    private void HandleHeartbeatResponse(HeartbeatResponse response)
    {
        if (Role != RaftRole.Leader || _tracker.Find(response.From) is not { } member)
        {
            return;
        }

        member.Heard();
        member.Answered(response.Round, response.Quiet);
        AnswerReads();
        member.Resume();
        if (member.TicksSinceSnapshot >= _options.ElectionTicks)
        {
            // Lost, or long in the writing: an append after it finds out which.
            member.BecomeProbe();
        }

        if (member.Match < _log.LastIndex || !member.IsReplicating)
        {
            // All that is under way may be lost: an append, empty if need be, finds out.
            member.IsPingDue = true;
        }

        _flushDue = true;
    }

    private void HandleAppendResponse(AppendResponse response)
    {
        if (Role != RaftRole.Leader || _tracker.Find(response.From) is not { } member)
        {
            return;
        }

        if (response.Index > _log.LastIndex)
        {
            RefusedMessages++;
            return;
        }

        member.Heard();
        _flushDue = true;
        if (response.Rejected)
        {
            // Skip the whole run of our terms above the follower's, as it has skipped those above ours.
            var hint = response.HintTerm > Term.Zero
                ? LogMatching.FindConflictByTerm(_log, response.HintIndex, response.HintTerm).Index
                : response.HintIndex;
            member.TryRetreat(response.Index, hint);
            return;
        }

        var advanced = member.TryAdvance(response.Index);
        var isHeld = advanced || member.Match == response.Index;
        if (!member.IsReplicating && isHeld && CanLeaveSnapshot(member))
        {
            member.BecomeReplicate();
        }
        else if (advanced)
        {
            member.Inflights.FreeUpTo(response.Index);
        }

        if (advanced)
        {
            CommitByMajority();
            ContinueTransfer(member);
        }
    }

    /// <summary>
    /// A member that was sent a snapshot is fed again as soon as it holds it, or can go on from our log, whatever brought
    /// it there.
    /// </summary>
    private bool CanLeaveSnapshot(Progress member)
        => member.Match >= LogIndex.Min(member.PendingSnapshot, _log.FirstIndex.Previous);

    private void CommitByMajority()
    {
        // Only entries of our own term are committed by counting; those before them come along (paper 5.4.2).
        var index = _tracker.MajorityMatch;
        if (index > Commit && _log.TermAt(index) == Term)
        {
            CommitTo(index);
            ContinueChange();
        }
    }

    private void ContinueTransfer(Progress member)
    {
        if (member.Id == _transferee && member.Match == _log.LastIndex)
        {
            Output.Messages.Add(new TimeoutNowRequest(_self, member.Id, Term));
        }
    }

    private void SendLoaded(Progress member, LogIndex first, IReadOnlyList<LogEntry> entries)
    {
        if (entries.Count == 0)
        {
            member.IsLoadDeferred = true;
            return;
        }

        // The read took time: the member may have moved on, or back, and the log may have lost its oldest entries.
        if (first != member.Next || member.IsPaused || _log.TermAt(first.Previous) is not { } previousTerm)
        {
            return;
        }

        var isOurs = LogMatching.IsSequence(entries, first.Previous, previousTerm, Term)
            && LogMatching.CountHeld(_log, entries) == entries.Count;
        if (isOurs)
        {
            SendAppend(member, previousTerm, entries);
        }
        else
        {
            member.IsLoadDeferred = true;
        }
    }
}
