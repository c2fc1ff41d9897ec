using ClusterLog.Raft.Replication;

namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    private void HandleHeartbeat(HeartbeatRequest request)
    {
        // The leader has clamped the commit to what we acknowledged to it, so all of it is verified.
        CommitTo(request.Commit);
        Output.Messages.Add(new HeartbeatResponse(_self, request.From, Term, request.Round, TryFallQuiet(request)));
    }

    private void HandleAppend(AppendRequest request)
    {
        if (!LogMatching.IsSequence(request.Entries, request.PreviousIndex, request.PreviousTerm, request.Term))
        {
            RefusedMessages++;
            return;
        }

        var last = new LogIndex(request.PreviousIndex.Value + (ulong)request.Entries.Count);
        if (last <= Commit)
        {
            // What is committed here the leader holds too (leader completeness, paper 5.4.3): verified long ago. Unless
            // members have lost what they acknowledged: to accept then would be to vouch for entries that we do not have.
            RequireCommittedAreHeld(request.Entries);
            Accept(request.From, Commit);
            return;
        }

        var previousTerm = _log.TermAt(request.PreviousIndex);
        if (previousTerm != request.PreviousTerm && request.PreviousIndex >= Commit)
        {
            Reject(request);
            return;
        }

        if (!TryTakeOver(request))
        {
            RefusedMessages++;
            return;
        }

        // Never beyond what this request has verified: what follows in our log may be another leader's (paper 5.3).
        CommitTo(LogIndex.Min(request.Commit, last));
        Accept(request.From, last);
    }

    private bool TryTakeOver(AppendRequest request)
    {
        var held = CountHeld(request);
        if (held == request.Entries.Count)
        {
            return true;
        }

        if (!AreConfigurationsReadable(request.Entries))
        {
            return false;
        }

        var first = request.Entries[held];
        if (first.Index <= Commit)
        {
            throw Lost(first);
        }

        if (LogMatching.OffsetAt(_log, first.Index) is { } offset && offset != first.BaseOffset)
        {
            return false;
        }

        if (first.Index <= _log.LastIndex)
        {
            Truncate(first.Index);
        }

        if (_log.NextOffset != first.BaseOffset)
        {
            throw Violation(
                $"Entry {first.Index} of term {first.Term} starts at offset {first.BaseOffset}, not at {_log.NextOffset}");
        }

        var fresh = new LogEntry[request.Entries.Count - held];
        for (var i = 0; i < fresh.Length; i++)
        {
            fresh[i] = request.Entries[held + i];
        }

        _log.Append(fresh);
        Output.Entries.AddRange(fresh);
        if (first.Index <= ConfigurationIndex || HoldsConfiguration(fresh))
        {
            RefreshConfiguration();
        }

        return true;
    }

    private void RequireCommittedAreHeld(IReadOnlyList<LogEntry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Index >= _log.FirstIndex && _log.TermAt(entries[i].Index) != entries[i].Term)
            {
                throw Lost(entries[i]);
            }
        }
    }

    private RaftInvariantException Lost(LogEntry found) => new(
        $"Entry {found.Index} of term {found.Term} conflicts with a committed one of term {_log.TermAt(found.Index)}. "
        + $"Replica {_self}, {Role} in term {Term}, leader {Leader}, commit {Commit}.")
    {
        LostIndex = found.Index,
    };

    private int CountHeld(AppendRequest request)
    {
        // The log may no longer know the terms of what it compacted; all of that is committed, and held.
        var skipped = 0;
        while (skipped < request.Entries.Count && request.Entries[skipped].Index < _log.FirstIndex)
        {
            skipped++;
        }

        var held = skipped;
        while (held < request.Entries.Count
            && request.Entries[held].Index <= _log.LastIndex
            && _log.TermAt(request.Entries[held].Index) == request.Entries[held].Term)
        {
            held++;
        }

        return held;
    }

    private void Truncate(LogIndex conflict)
    {
        _log.TruncateSuffix(conflict);

        // What was not yet handed to the disk is taken back; what was is replaced by the entries that follow.
        var pending = Output.Entries;
        var keep = pending.Count;
        while (keep > 0 && pending[keep - 1].Index >= conflict)
        {
            keep--;
        }

        pending.RemoveRange(keep, pending.Count - keep);
    }

    private void Accept(ReplicaId leader, LogIndex verified)
    {
        var response = new AppendResponse(
            _self, leader, Term, verified, Rejected: false, LogIndex.Zero, Term.Zero);

        // Appends of one turn become durable together, so the last acceptance speaks for those before it.
        var waiting = Output.MessagesAfterDurable;
        if (waiting.Count > 0
            && waiting[^1] is AppendResponse { Rejected: false } earlier
            && earlier.Term == Term && earlier.To == leader && earlier.Index <= verified)
        {
            waiting[^1] = response;
            return;
        }

        waiting.Add(response);
    }

    private void Reject(AppendRequest request)
    {
        var from = LogIndex.Min(request.PreviousIndex, _log.LastIndex);
        var (index, term) = LogMatching.FindConflictByTerm(_log, from, request.PreviousTerm);
        Output.MessagesAfterDurable.Add(new AppendResponse(
            _self, request.From, Term, request.PreviousIndex, Rejected: true, index, term));
    }
}
