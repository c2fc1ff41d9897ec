using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Replication;

namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    private Configuration? _toldConfiguration;
    private LogIndex _writtenConfigurationIndex;
    private LogIndex _handedOver;
    private bool _isResigning;
    private bool _isAnyoneNotYetIn;

    /// <summary>
    /// The active configuration: the latest in the log, committed or not (thesis 4.1). Truncation takes it back.
    /// </summary>
    public Configuration Configuration => _tracker.Configuration;

    /// <summary>The index of the entry that brought <see cref="Configuration"/>; zero for the founding one.</summary>
    public LogIndex ConfigurationIndex { get; private set; }

    /// <summary>
    /// True while this replica may campaign: it votes in the active configuration, or, as long as that may still be
    /// taken back, in the committed one before (thesis 4.2.2: it may be the only one who can still be elected).
    /// </summary>
    public bool IsPromotable
        => Configuration.IsVoter(_self) || (ConfigurationIndex > Commit && CommittedConfiguration.IsVoter(_self));

    private bool IsHandingOver => _isResigning || !_transferee.IsNone;

    private Configuration CommittedConfiguration => _log.LatestConfiguration(Commit)?.Value ?? _founding;

    /// <summary>
    /// Appends a change of the members to the log of a leader; it is in force at once, and final when it commits.
    /// </summary>
    /// <param name="change">What is to change.</param>
    /// <param name="entry">The entry appended; null unless accepted.</param>
    public ProposeResult ProposeChange(ConfigurationChange change, out LogEntry? entry)
        => ProposeChange(change, out entry, out _);

    /// <summary>Does the same, and says in words why a change is refused; null when it is accepted.</summary>
    public ProposeResult ProposeChange(ConfigurationChange change, out LogEntry? entry, out string? refusal)
    {
        entry = null;
        var result = CheckChange(change, out var next, out refusal);
        if (result == ProposeResult.Accepted)
        {
            entry = AppendConfiguration(next!);
        }

        return result;
    }

    /// <summary>
    /// A learner is sent nothing before the change that brings it in is committed: it is not needed for that, and while
    /// the change can be taken back, it might keep what it was sent, be nobody to the group for a while, and come in later
    /// under the same name. So whoever holds anything of a log is, or was, of a committed configuration.
    /// </summary>
    private bool IsNotYetIn(ReplicaId member, Configuration committed)
        => !Configuration.IsVoter(member) && !committed.Contains(member);

    private static bool AreConfigurationsReadable(IReadOnlyList<LogEntry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Kind == EntryKind.Configuration
                && !ConfigurationCodec.TryRead(entries[i].Payload.Span, out _, out _))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HoldsConfiguration(LogEntry[] entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Kind == EntryKind.Configuration)
            {
                return true;
            }
        }

        return false;
    }

    private ProposeResult CheckChange(ConfigurationChange change, out Configuration? next, out string? refusal)
    {
        next = null;
        if (Role != RaftRole.Leader)
        {
            refusal = $"Replica {_self} does not lead; the leader is {Leader}.";
            return ProposeResult.NotLeader;
        }

        if (IsHandingOver)
        {
            refusal = $"Leadership is being handed over to {_transferee}.";
            return ProposeResult.Transferring;
        }

        // Without an entry of this term committed, two leaders' changes could overlap unseen (the bug that Ongaro
        // found in single-server changes in 2015); and of two changes at a time the quorums need not overlap.
        if (!IsReady)
        {
            refusal = $"Nothing of term {Term} is committed yet: commit {Commit}, term starts at {TermStartIndex}.";
            return ProposeResult.NotReady;
        }

        if (ConfigurationIndex > Commit)
        {
            refusal = $"The change at {ConfigurationIndex} is not committed yet: commit {Commit}.";
            return ProposeResult.ChangeInProgress;
        }

        (next, refusal) = ConfigurationChanger.Apply(Configuration, change);
        refusal ??= FindBrokerTwice(next!);
        return refusal is null ? ProposeResult.Accepted : ProposeResult.InvalidChange;
    }

    /// <summary>Two incarnations of one broker must not both decide: they fail together, and only one of them lives.</summary>
    private static string? FindBrokerTwice(Configuration next)
    {
        var voters = next.Quorum.Incoming.Voters;
        for (var i = 1; i < voters.Length; i++)
        {
            if (voters[i].IsSameBroker(voters[i - 1]))
            {
                return $"Replicas {voters[i - 1]} and {voters[i]} of one broker can't both be voters.";
            }
        }

        return null;
    }

    private LogEntry AppendConfiguration(Configuration next)
    {
        var entry = AppendOwn(EntryKind.Configuration, 0, 0, ConfigurationCodec.Write(next));
        Activate(entry.Index, next);

        // Fewer may be a quorum from now on.
        CommitByMajority();
        return entry;
    }

    /// <summary>Takes up the latest configuration of the log, after entries came, were taken back or replaced.</summary>
    private void RefreshConfiguration()
    {
        var latest = _log.LatestConfiguration(_log.LastIndex);
        Activate(latest?.Index ?? LogIndex.Zero, latest?.Value ?? _founding);
    }

    private void Activate(LogIndex index, Configuration configuration)
    {
        ConfigurationIndex = index;
        if (!configuration.Equals(Configuration))
        {
            var before = Configuration;
            _tracker.Apply(configuration, _log.LastIndex);
            NotePlaced(before);
            _votes.Use(configuration);
            _flushDue = true;
            if (Role == RaftRole.Leader)
            {
                // Those whose answer was still missing may have no say any more.
                AnswerReads();
            }
        }
    }

    /// <summary>
    /// What follows from a committed configuration: a joint one that leaves by itself is left, and a leader that has no
    /// vote any more makes way, once the others are told of the commit (thesis 4.2.2).
    /// </summary>
    private void ContinueChange()
    {
        if (!IsReady || ConfigurationIndex > Commit)
        {
            return;
        }

        if (_isAnyoneNotYetIn)
        {
            (_isAnyoneNotYetIn, _flushDue) = (false, true);
        }

        if (Configuration.IsJoint)
        {
            // During a transfer the log must stand still for the target to catch up; whoever leads then leaves.
            if (Configuration.AutoLeave && _transferee.IsNone)
            {
                AppendConfiguration(ConfigurationChanger.LeaveJoint(Configuration).Configuration!);
            }
        }
        else
        {
            BidFarewell();
            if (!Configuration.IsVoter(_self))
            {
                _isResigning = true;
                _flushDue = true;
            }
        }
    }

    /// <summary>
    /// Tells those who are out that they are, by one last append up to the committed configuration: they need not campaign
    /// in vain to find out. It may be lost, and is not repeated; whoever misses it is refused by pre-votes and leases.
    /// </summary>
    private void BidFarewell()
    {
        foreach (var member in _tracker.Departed)
        {
            var entries = new List<LogEntry>();
            var first = member.Match.Next;
            if (member.IsReplicating
                && first >= _log.FirstIndex
                && _log.TermAt(member.Match) is { } previousTerm
                && _log.TryRead(first, ConfigurationIndex, _options.AppendBytesMax, entries))
            {
                Output.Messages.Add(
                    new AppendRequest(_self, member.Id, Term, member.Match, previousTerm, Commit, entries));
            }
        }

        _tracker.ForgetDeparted();
    }

    /// <summary>Steps down, and asks the voter that holds most of the log to campaign, so that nobody waits for a timeout.</summary>
    private void Resign()
    {
        Progress? successor = null;
        foreach (var member in _tracker.Members)
        {
            if (Configuration.IsVoter(member.Id)
                && member.IsRecentlyActive
                && member.Match >= ConfigurationIndex
                && (successor is null || member.Match > successor.Match))
            {
                successor = member;
            }
        }

        if (successor is not null)
        {
            Output.Messages.Add(new TimeoutNowRequest(_self, successor.Id, Term));
        }

        BecomeFollower(Term, ReplicaId.None);
    }

    /// <summary>
    /// Checks at start that the log holds every configuration that was appended as far as it reaches; with an older one
    /// this replica would vote and count in sets that are no longer right (raft-notes fault 19).
    /// </summary>
    private void RequireConfiguration(LogIndex written)
    {
        if (_log.LastIndex >= written && ConfigurationIndex < written)
        {
            throw new RaftInvariantException(
                $"Replica {_self} has a log up to {_log.LastIndex} whose latest configuration is at {ConfigurationIndex}, "
                + $"but its hard state knows one at {written}.");
        }

        _writtenConfigurationIndex = written;
    }

    /// <summary>
    /// The configuration index that may stand beside entries or a snapshot: a write torn between the two must not claim
    /// a configuration in a log that is yet to be replaced. It is written again, in full, right after.
    /// </summary>
    private LogIndex ConfigurationIndexBeside(RaftOutput output)
    {
        var isClaimEarly = output.Snapshot is not null
            || (output.Entries.Count > 0
                && output.Entries[0].Index <= LogIndex.Min(ConfigurationIndex, _handedOver));
        return isClaimEarly ? LogIndex.Zero : ConfigurationIndex;
    }
}
