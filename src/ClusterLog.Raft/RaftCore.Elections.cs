using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    /// <summary>The most ticks that a follower waits to campaign once its leader's broker is down.</summary>
    private const int PeerDownTicksMax = 3;

    private bool _isOwnVoteDurable;

    /// <summary>Starts an election now, with a pre-vote where the options ask for it. Ignored by a leader, and by a
    /// replica that is no voter.</summary>
    public void Campaign()
    {
        if (Role == RaftRole.Leader || !IsPromotable)
        {
            return;
        }

        if (_options.PreVote)
        {
            StartPreVote();
        }
        else
        {
            StartVote(isTransfer: false);
        }
    }

    private void TickElection()
    {
        _electionElapsed++;
        var isAlone = Configuration.IsOnlyVoter(_self) && Role == RaftRole.Follower;
        if (!isAlone && _electionElapsed < _electionTimeout)
        {
            return;
        }

        // A replica whose disk hangs could not write its vote, and one whose vote is not yet written cannot have lost:
        // to campaign again would only raise the term (raft-notes rule 13).
        if (IsStorageStalled || (Role == RaftRole.Candidate && !_isOwnVoteDurable))
        {
            return;
        }

        _electionElapsed = 0;
        if (IsPromotable)
        {
            Campaign();
            return;
        }

        // Its leader may have fallen quiet without it, and no campaign of ours will wake it.
        if (_options.QuietGroups)
        {
            AskForSignOfLife();
        }

        if (!Leader.IsNone)
        {
            // Nobody asks this replica to elect another; that the leader is gone it must know all the same.
            BecomeFollower(Term, ReplicaId.None);
        }
    }

    private void StartPreVote()
    {
        // The term stays, and so does the vote: a pre-vote promises nothing (thesis 9.6).
        Wake();
        Role = RaftRole.PreCandidate;
        Leader = ReplicaId.None;
        _votes.Clear();
        DrawElectionTimeout(heedsPriorities: false);
        _electionElapsed = 0;
        foreach (var voter in Configuration.Voters)
        {
            if (voter != _self)
            {
                Output.Messages.Add(new PreVoteRequest(_self, voter, Term.Next, _log.LastIndex, _log.LastTerm));
            }
        }

        _votes.Record(_self, granted: true);
        DecidePreVote();
    }

    private void StartVote(bool isTransfer)
    {
        EnterTerm(Term.Next, ReplicaId.None);
        Role = RaftRole.Candidate;
        _vote = _self;
        _isOwnVoteDurable = false;
        foreach (var voter in Configuration.Voters)
        {
            if (voter != _self)
            {
                // Not before (term, vote) is durable: else a crash could let us campaign at this term twice, the
                // second time with a shorter log (raft-notes rule 8).
                Output.MessagesAfterDurable.Add(
                    new VoteRequest(_self, voter, Term, _log.LastIndex, _log.LastTerm, isTransfer));
            }
        }
    }

    private void CountOwnVote()
    {
        _isOwnVoteDurable = true;
        _votes.Record(_self, granted: true);
        DecideVote();
    }

    private void HandlePreVote(PreVoteRequest request)
    {
        var mayVote = request.Term > Term || _vote == request.From || (_vote.IsNone && Leader.IsNone);
        var granted = mayVote && IsUpToDate(request.LastIndex, request.LastTerm);

        // A grant speaks of the term that was asked for, a rejection of ours, so that a candidate left behind learns it.
        Output.MessagesAfterDurable.Add(
            new PreVoteResponse(_self, request.From, granted ? request.Term : Term, granted));
    }

    private void HandlePreVoteResponse(PreVoteResponse response)
    {
        if (Role != RaftRole.PreCandidate || (response.Granted && response.Term != Term.Next))
        {
            return;
        }

        _votes.Record(response.From, response.Granted);
        DecidePreVote();
    }

    private void DecidePreVote()
    {
        switch (_votes.Result)
        {
            case VoteResult.Won:
                StartVote(isTransfer: false);
                break;
            case VoteResult.Lost:
                BecomeFollower(Term, ReplicaId.None);
                break;
            default:
                break;
        }
    }

    private void HandleVote(VoteRequest request)
    {
        // At most one vote a term, and only for a log that holds all that was committed (paper 5.2, 5.4.1).
        var mayVote = _vote == request.From || (_vote.IsNone && Leader.IsNone);
        var granted = mayVote && IsUpToDate(request.LastIndex, request.LastTerm);
        if (granted)
        {
            _vote = request.From;
            _electionElapsed = 0;
        }

        Output.MessagesAfterDurable.Add(new VoteResponse(_self, request.From, Term, granted));
    }

    private void HandleVoteResponse(VoteResponse response)
    {
        if (Role == RaftRole.Candidate)
        {
            _votes.Record(response.From, response.Granted);
            DecideVote();
        }
    }

    private void DecideVote()
    {
        switch (_votes.Result)
        {
            case VoteResult.Won:
                BecomeLeader();
                break;
            case VoteResult.Lost:
                BecomeFollower(Term, ReplicaId.None);
                break;
            default:
                break;
        }
    }

    private void HandleTimeoutNow()
    {
        // The leader waits for nobody else, so there is no pre-vote: it would be refused by those it still leads.
        if (Role != RaftRole.Leader && IsPromotable && !IsStorageStalled)
        {
            StartVote(isTransfer: true);
        }
    }

    /// <summary>Follows the sender of a leader's message, which there can be but one of in a term (paper 5.2).</summary>
    private void FollowLeader(ReplicaId leader)
    {
        if (Role == RaftRole.Leader || (!Leader.IsNone && Leader != leader))
        {
            throw Violation($"Replica {leader} claims to lead term {Term} too");
        }

        if (Role != RaftRole.Follower || Leader != leader)
        {
            BecomeFollower(Term, leader);
        }

        _electionElapsed = 0;
    }

    /// <summary>Decides whether a message of a higher term is heard, and enters that term where it proves it.</summary>
    private bool TryEnterTerm(RaftMessage message)
    {
        switch (message)
        {
            case PreVoteRequest:
                return !HoldsLease;
            case VoteRequest request:
                // While a leader is heard of nobody deposes it (thesis 4.2.3), unless it asked for that (3.10).
                if (HoldsLease && !request.IsTransfer)
                {
                    return false;
                }

                BecomeFollower(message.Term, ReplicaId.None);
                return true;
            case PreVoteResponse { Granted: true }:
                // The term is the one that we would campaign at; nobody is in it yet.
                return true;
            default:
                BecomeFollower(message.Term, ReplicaId.None);
                return true;
        }
    }

    /// <summary>True while this replica has a leader that it heard of within the shortest election timeout.</summary>
    private bool HoldsLease => _options.CheckQuorum && !Leader.IsNone && _electionElapsed < _options.ElectionTicks;

    private void StepLowerTerm(RaftMessage message)
    {
        switch (message)
        {
            case AppendRequest or HeartbeatRequest or InstallSnapshotRequest when _options.CheckQuorum || _options.PreVote:
                // Our term was raised while we were cut off, and we no longer campaign for votes that leases refuse:
                // the old leader must learn the term, or it would feed us in vain for ever. Index 0 says nothing.
                Output.MessagesAfterDurable.Add(new AppendResponse(
                    _self, message.From, Term, LogIndex.Zero, Rejected: true, LogIndex.Zero, Term.Zero));
                break;
            case PreVoteRequest:
                Output.MessagesAfterDurable.Add(new PreVoteResponse(_self, message.From, Term, Granted: false));
                break;
            default:
                break;
        }
    }

    private void BecomeFollower(Term term, ReplicaId leader)
    {
        EnterTerm(term, leader);
        Role = RaftRole.Follower;
    }

    private void EnterTerm(Term term, ReplicaId leader)
    {
        Wake();
        if (term > Term)
        {
            // Only a new term clears the vote: a step-down within one must not make room for a second (paper 5.2).
            Term = term;
            _vote = ReplicaId.None;
        }

        // Preferences are heeded once after a leader was known: those preferred may have logs with which they cannot win,
        // and the one who can must get its turn.
        var heedsPriorities = !leader.IsNone || !Leader.IsNone;
        Leader = leader;
        TermStartIndex = LogIndex.Zero;
        _transferee = ReplicaId.None;
        _isResigning = false;
        _electionElapsed = 0;
        _heartbeatElapsed = 0;
        _votes.Clear();
        _uncommitted.Clear();
        FailReads();
        DrawElectionTimeout(heedsPriorities);
    }

    private bool IsUpToDate(LogIndex lastIndex, Term lastTerm)
        => lastTerm > _log.LastTerm || (lastTerm == _log.LastTerm && lastIndex >= _log.LastIndex);

    private void DrawElectionTimeout(bool heedsPriorities)
        => _electionTimeout = _options.ElectionTicks + _random.Next(_options.ElectionTicks)
            + (heedsPriorities ? Rank() * _options.ElectionTicks / RankMax : 0);
}
