using ClusterLog.Raft.Replication;

namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    private RaftOutput _output = new();
    private bool _flushDue;
    private ulong _issuedSequence;
    private ulong _durableSequence;
    private int _ticksWithoutDurable;

    // What the last output told, to see what this one must tell.
    private Term _writtenTerm;
    private ReplicaId _writtenVote;
    private (RaftRole Role, ReplicaId Leader, Term Term) _toldState;
    private LogIndex _toldCommit;

    /// <summary>True when <see cref="TakeOutput"/> may have something to do.</summary>
    public bool HasOutput
        => (_flushDue && Role == RaftRole.Leader)
            || IsReadRoundDue
            || Commit != _toldCommit
            || IsHardStateChanged
            || _toldState != (Role, Leader, Term)
            || !ReferenceEquals(_toldConfiguration, Configuration)
            || _output.Entries.Count > 0
            || _output.Messages.Count > 0
            || _output.MessagesAfterDurable.Count > 0
            || _output.Loads.Count > 0
            || _output.HasRare;

    /// <summary>True when the disk has confirmed nothing for an election timeout, though something waits for it.</summary>
    public bool IsStorageStalled => _ticksWithoutDurable >= _options.ElectionTicks;

    private RaftOutput Output => _output;

    private bool IsHardStateChanged => Term != _writtenTerm || _vote != _writtenVote
        || ConfigurationIndex != _writtenConfigurationIndex;

    /// <summary>
    /// What is to be done after the inputs so far. The output is the caller's from then on. Appends to followers are
    /// built here, so that however many proposals came in since the last call share messages.
    /// </summary>
    public RaftOutput TakeOutput()
    {
        if (_flushDue && Role == RaftRole.Leader)
        {
            FlushAppends();
        }

        if (IsReadRoundDue)
        {
            StartReadRound();
        }

        if (_isResigning)
        {
            Resign();
        }

        _flushDue = false;
        var output = _output;
        _output = new RaftOutput();
        output.Commit = Commit;
        output.StateChanged = _toldState != (Role, Leader, Term);
        output.ConfigurationChanged = !ReferenceEquals(_toldConfiguration, Configuration);
        if (IsHardStateChanged)
        {
            output.HardState = PendingHardState with
            {
                Commit = CommitBefore(output),
                ConfigurationIndex = ConfigurationIndexBeside(output),
            };
            _writtenConfigurationIndex = output.HardState.Value.ConfigurationIndex;
        }

        if (output.HardState is not null
            || output.Snapshot is not null
            || output.Entries.Count > 0
            || output.MessagesAfterDurable.Count > 0)
        {
            output.Token = IssueToken();
        }

        RememberWritten();
        return output;
    }

    /// <summary>
    /// The hint that may stand beside entries or a snapshot: a write torn between the two must not leave a commit index
    /// over what they replace, which nobody has committed.
    /// </summary>
    private LogIndex CommitBefore(RaftOutput output)
    {
        if (output.Snapshot is not null)
        {
            return _commitBeforeSnapshot;
        }

        return output.Entries.Count == 0 ? Commit : LogIndex.Min(Commit, output.Entries[0].Index.Previous);
    }

    private DurableToken IssueToken()
    {
        _issuedSequence++;
        return new DurableToken(Term, _log.LastIndex, _log.LastTerm, _issuedSequence);
    }

    private void RememberWritten()
    {
        _writtenTerm = Term;
        _writtenVote = _vote;
        _toldState = (Role, Leader, Term);
        _toldCommit = Commit;
        _toldConfiguration = Configuration;
        _handedOver = _log.LastIndex;
    }

    private void NoteDurable(ulong sequence)
    {
        if (sequence > _durableSequence)
        {
            _durableSequence = sequence;
            _ticksWithoutDurable = 0;
        }
    }

    private void TickStorage()
    {
        var waits = _durableSequence < _issuedSequence;
        _ticksWithoutDurable = waits ? _ticksWithoutDurable + 1 : 0;
    }

    private void FlushAppends()
    {
        List<LogEntry>? shared = null;
        var committed = ConfigurationIndex > Commit ? CommittedConfiguration : null;
        foreach (var member in _tracker.Members)
        {
            if (committed is not null && IsNotYetIn(member.Id, committed))
            {
                _isAnyoneNotYetIn = true;
            }
            else if (member.Id != _self && member.Loading is null)
            {
                Flush(member, ref shared);
            }
        }
    }

    private void Flush(Progress member, ref List<LogEntry>? shared)
    {
        while (!member.IsPaused)
        {
            if (_log.TermAt(member.Next.Previous) is not { } previousTerm || member.Next < _log.FirstIndex)
            {
                WantSnapshot(member);
                return;
            }

            member.NeedsSnapshot = false;

            if (member.Next <= _log.LastIndex && !member.Inflights.IsFull)
            {
                if (!TryReadFor(member, ref shared))
                {
                    return;
                }

                SendAppend(member, previousTerm, shared!);
                continue;
            }

            // A probe is always due. Otherwise an append without entries goes out to carry the commit index to a
            // follower that can use it, so that it applies without waiting for a heartbeat.
            var canCommit = LogIndex.Min(Commit, member.Next.Previous);
            if (member.IsReplicating && !member.IsPingDue && member.SentCommit >= canCommit)
            {
                return;
            }

            SendAppend(member, previousTerm, []);
        }
    }

    private bool TryReadFor(Progress member, ref List<LogEntry>? shared)
    {
        // Followers in step get the same entries: read them once.
        if (shared is not null && shared[0].Index == member.Next)
        {
            return true;
        }

        if (member.IsLoadDeferred)
        {
            return false;
        }

        var entries = new List<LogEntry>();
        if (_log.TryRead(member.Next, _log.LastIndex, _options.AppendBytesMax, entries))
        {
            shared = entries;
            return true;
        }

        member.Loading = member.Next;
        Output.Loads.Add(new LoadRequest(member.Id, member.Next, _log.LastIndex, _options.AppendBytesMax));
        return false;
    }

    private void SendAppend(Progress member, Term previousTerm, IReadOnlyList<LogEntry> entries)
    {
        var previous = member.Next.Previous;
        long bytes = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            bytes += entries[i].SizeBytes;
        }

        Output.Messages.Add(new AppendRequest(_self, member.Id, Term, previous, previousTerm, Commit, entries));
        var last = entries.Count == 0 ? previous : entries[^1].Index;
        member.Sent(last, bytes, Commit);
    }
}
