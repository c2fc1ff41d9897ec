using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Simulation.Invariants;

/// <content>Logs in memory, what is committed of them, and the states that follow from it.</content>
internal sealed partial class InvariantChecker
{
    /// <summary>Brings the record of a log up to date, looking at what is new in it.</summary>
    private void FollowLog(ReplicaRecord record, IReplicaView view)
    {
        var log = view.Log;
        var known = record.Log;
        if (log.LastIndex.Value == known.Last && log.LastTerm.Value == known.LastTerm)
        {
            return;
        }

        var start = log.FirstIndex.Previous;
        if (start.Value > known.Last)
        {
            // The log begins behind a snapshot that lies behind all that was here.
            BeginBehind(record, log, start);
        }

        var common = Math.Min(known.Last, log.LastIndex.Value);
        while (common > Math.Max(known.Base, start.Value) && log.TermAt(new LogIndex(common))?.Value != known.At(common))
        {
            common--;
        }

        if (common < record.Commit)
        {
            throw Violation(
                Invariant.CommittedNeverChanges,
                $"{record} has committed {record.Commit}, and gave up its log behind {common}");
        }

        if (common > known.Base && log.TermAt(new LogIndex(common))?.Value != known.At(common))
        {
            // A snapshot has replaced a log that was another's from there on.
            BeginBehind(record, log, start);
        }

        known.TruncateAfter(common);
        record.Promised = Math.Min(record.Promised, common);
        TakeNew(record, log);
        CheckConfiguration(record, view);
    }

    /// <summary>A snapshot has taken the log's place. Until that is on the disk, a restart may find either.</summary>
    private static void BeginBehind(ReplicaRecord record, IRaftLog log, LogIndex start)
    {
        record.Log.Reset(start.Value, (log.TermAt(start) ?? Term.Zero).Value);
        record.Promised = 0;
    }

    /// <summary>The members in force are those of the last configuration in the log, committed or not (thesis 4.1).</summary>
    private static void CheckConfiguration(ReplicaRecord record, IReplicaView view)
    {
        var entries = record.Group.Configurations;
        LogEntry? latest = null;
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            var entry = entries[i];
            if (IsIn(record, entry) && (latest is null || entry.Index > latest.Index))
            {
                latest = entry;
            }
        }

        var index = latest?.Index ?? LogIndex.Zero;
        if (view.ConfigurationIndex != index
            || (latest is not null && !ConfigurationCodec.Read(latest.Payload.Span).Equals(view.Configuration)))
        {
            throw Violation(
                Invariant.MembershipOfLog,
                $"{record} goes by the configuration of entry {view.ConfigurationIndex}, {view.Configuration}; the last in its log is "
                + $"{(latest is null ? "none" : $"{latest.Index}, {ConfigurationCodec.Read(latest.Payload.Span)}")}");
        }
    }

    private static bool IsIn(ReplicaRecord record, LogEntry entry)
    {
        var index = entry.Index.Value;
        return index > record.Log.Base
            ? record.Log.At(index) == entry.Term.Value
            : index <= record.Group.Committed && record.Group.CommittedAt(index).Entry.Term == entry.Term;
    }

    private void TakeNew(ReplicaRecord record, IRaftLog log)
    {
        var known = record.Log;
        while (known.Last < log.LastIndex.Value)
        {
            _read.Clear();
            var first = new LogIndex(known.Last + 1);
            if (!log.TryRead(first, log.LastIndex, int.MaxValue, _read) || _read.Count == 0)
            {
                // Not in memory: the term says which entry it is, and its content shows when it is applied.
                known.Add((log.TermAt(first) ?? Term.Zero).Value);
                continue;
            }

            foreach (var entry in _read)
            {
                CheckEntry(record, entry);
                known.Add(entry.Term.Value);
            }
        }
    }

    private static void CheckEntry(ReplicaRecord record, LogEntry entry)
    {
        var previousTerm = record.Log.LastTerm;
        if (record.Group.AddOrFind(previousTerm, entry) is not { } known)
        {
            CheckDense(record, previousTerm, entry);
            return;
        }

        if (known.PreviousTerm != previousTerm || !IsSame(record.Group, known.Entry, entry))
        {
            throw Violation(
                Invariant.LogMatching,
                $"{record} holds {Show(entry)} after term {previousTerm}; elsewhere it is {Show(known.Entry)} after term {known.PreviousTerm}");
        }
    }

    private static void CheckDense(ReplicaRecord record, ulong previousTerm, LogEntry entry)
    {
        if (record.Group.Find(entry.Index.Value - 1, previousTerm) is { } before && before.Entry.NextOffset != entry.BaseOffset)
        {
            throw Violation(
                Invariant.DenseOffsets, $"{record} holds {Show(entry)} after {Show(before.Entry)}");
        }
    }

    private void CheckCommit(ReplicaRecord record, IReplicaView view)
    {
        var commit = view.Commit.Value;
        if (commit < record.Commit)
        {
            throw Violation(Invariant.CommitNeverFalls, $"{record} fell from commit {record.Commit} to {commit}");
        }

        if (commit > record.Log.Last)
        {
            throw Violation(
                Invariant.CommittedNeverChanges, $"{record} commits {commit}, and its log ends at {record.Log.Last}");
        }

        var group = record.Group;
        for (var index = Math.Max(record.Commit, record.Log.Base) + 1; index <= Math.Min(commit, group.Committed); index++)
        {
            var committed = group.CommittedAt(index).Entry;
            if (record.Log.At(index) != committed.Term.Value)
            {
                throw Violation(
                    Invariant.CommittedNeverChanges,
                    $"{record}, in term {view.Term}, commits entry {index} of term {record.Log.At(index)}; committed was {Show(committed)}");
            }
        }

        if (commit > group.Committed)
        {
            CommitNew(record, view);
        }

        record.Commit = commit;
    }

    private void CommitNew(ReplicaRecord record, IReplicaView view)
    {
        var group = record.Group;
        if (record.Log.Base > group.Committed)
        {
            throw Violation(
                Invariant.CommittedNeverChanges,
                $"{record} has a snapshot up to {record.Log.Base}, and no replica has committed beyond {group.Committed}");
        }

        CheckMajority(record, view);
        for (var index = group.Committed + 1; index <= view.Commit.Value; index++)
        {
            var entry = group.Find(index, record.Log.At(index)!.Value)?.Entry
                ?? throw Violation(Invariant.LogMatching, $"{record} commits entry {index}, which no log was seen to take");
            group.Commit(entry, view.Term.Value);
            CommittedEntries++;
        }
    }

    /// <summary>The last new entry is enough: a log that holds it holds those before it.</summary>
    private void CheckMajority(ReplicaRecord record, IReplicaView view)
    {
        var index = view.Commit.Value;
        var term = record.Log.At(index)!.Value;
        if (IsOnMajority(record.Group, view.Configuration, index, term)
            || (record.Configuration is { } before && IsOnMajority(record.Group, before, index, term)))
        {
            return;
        }

        throw Violation(
            Invariant.CommittedOnMajority,
            $"{record}, {view.Role} in term {view.Term}, commits entry {index} of term {term}, which no majority of "
            + $"{view.Configuration} has on its disks: {Holders(record.Group, index)}");
    }

    private bool IsOnMajority(GroupRecord group, Configuration configuration, ulong index, ulong term) =>
        IsOnMajority(group, configuration.Quorum.Incoming.Voters, index, term)
        && IsOnMajority(group, configuration.Quorum.Outgoing.Voters, index, term);

    private bool IsOnMajority(GroupRecord group, ReadOnlySpan<ReplicaId> voters, ulong index, ulong term)
    {
        var holders = 0;
        foreach (var voter in voters)
        {
            if (_replicas.TryGetValue((group.Group, voter), out var holder)
                && (holder.Disk.Base >= index || holder.Disk.At(index) == term))
            {
                holders++;
            }
        }

        return holders > voters.Length / 2 || voters.Length == 0;
    }

    private static void CheckState(ReplicaRecord record, IReplicaView view)
    {
        var applied = view.Applied.Value;
        if (applied < record.Applied || applied > view.Commit.Value)
        {
            throw Violation(
                Invariant.CommittedNeverChanges,
                $"{record} has applied {applied} after {record.Applied}, and committed {view.Commit}");
        }

        record.Applied = applied;
        CheckState(record, applied, view.StateDigest() | 1, isFull: false);
        if (applied % FullStateEvery == 0)
        {
            CheckState(record, applied, view.FullStateDigest() | 1, isFull: true);
        }
    }

    private static void CheckState(ReplicaRecord record, ulong applied, ulong digest, bool isFull)
    {
        if (record.Group.AddOrFindState(applied, digest, isFull) is { } known && known != digest)
        {
            throw Violation(
                Invariant.EqualStates,
                $"{record} has state {digest:x} after entry {applied}, and another had {known:x}{(isFull ? " (full)" : "")}");
        }
    }

    private string Holders(GroupRecord group, ulong index)
    {
        var text = new System.Text.StringBuilder();
        foreach (var ((of, id), holder) in _replicas)
        {
            if (of == group.Group)
            {
                text.Append(text.Length == 0 ? "" : ", ").Append(id).Append(" has ")
                    .Append(holder.Disk.Base).Append("..").Append(holder.Disk.Last).Append(", there term ")
                    .Append(holder.Disk.At(index)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none");
            }
        }

        return text.ToString();
    }

    private static bool IsSame(GroupRecord group, LogEntry known, LogEntry found) =>
        ReferenceEquals(known, found)
        || (known.Kind == found.Kind && known.BaseOffset == found.BaseOffset && known.OffsetCount == found.OffsetCount
            && known.MaxTimestamp == found.MaxTimestamp
            && (known.Payload.Span.SequenceEqual(found.Payload.Span) || group.Keyed?.Refuse(known, found) is null
                && group.Keyed is not null && known.Kind == EntryKind.Data));

    private static string Show(LogEntry entry) =>
        $"{entry.Kind} {entry.Index}/{entry.Term} at offset {entry.BaseOffset}+{entry.OffsetCount} with {entry.Payload.Length} bytes";
}
