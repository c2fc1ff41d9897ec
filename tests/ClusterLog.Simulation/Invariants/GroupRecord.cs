using ClusterLog.Raft;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Simulation.Invariants;

/// <summary>What is known of a group as a whole, from all its replicas together; kept for the whole run.</summary>
internal sealed class GroupRecord(GroupId group)
{
    private readonly Dictionary<(ulong Index, ulong Term), KnownEntry> _entries = [];
    private readonly List<CommittedEntry> _committed = [];
    private readonly List<ulong> _states = [];
    private readonly List<ulong> _fullStates = [];

    public GroupId Group { get; } = group;

    /// <summary>Who leads, or led, which term.</summary>
    public Dictionary<ulong, ReplicaId> Leaders { get; } = [];

    /// <summary>The changes of members that any log has held, as they were first seen.</summary>
    public List<LogEntry> Configurations { get; } = [];

    /// <summary>The committed records by their keys, where the group's topic is compacted; else null.</summary>
    public KeyedRecords? Keyed { get; set; }

    /// <summary>The last index that any replica has committed.</summary>
    public ulong Committed => (ulong)_committed.Count;

    /// <summary>The offset after the last one that a producer was told of.</summary>
    public long AcknowledgedEnd { get; set; }

    /// <summary>The offset after the last committed record.</summary>
    public long CommittedEnd => _committed.Count == 0 ? 0 : _committed[^1].Entry.NextOffset;

    /// <summary>The term at a committed index, 1 to <see cref="Committed"/>.</summary>
    public CommittedEntry CommittedAt(ulong index) => _committed[(int)index - 1];

    public void Commit(LogEntry entry, ulong commitTerm)
    {
        // Kept for longer than any broker keeps it in memory.
        _committed.Add(new CommittedEntry(entry.WithOwnPayload(), commitTerm));
        Keyed?.Commit(entry);
    }

    /// <summary>The entry of an index and a term, as whoever had it first.</summary>
    public KnownEntry? Find(ulong index, ulong term) =>
        _entries.TryGetValue((index, term), out var known) ? known : null;

    /// <summary>Notes an entry, unless its index and term are known already: then gives what is known.</summary>
    public KnownEntry? AddOrFind(ulong previousTerm, LogEntry entry)
    {
        var key = (entry.Index.Value, entry.Term.Value);
        if (_entries.TryGetValue(key, out var known))
        {
            return known;
        }

        _entries.Add(key, new KnownEntry(previousTerm, entry.WithOwnPayload()));
        if (entry.Kind == EntryKind.Configuration)
        {
            Configurations.Add(entry);
        }

        return null;
    }

    /// <summary>The committed data entry that holds an offset; null when none does.</summary>
    public LogEntry? FindOffset(long offset)
    {
        var (low, high) = (0, _committed.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_committed[middle].Entry.NextOffset > offset)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low < _committed.Count && _committed[low].Entry.BaseOffset <= offset ? _committed[low].Entry : null;
    }

    /// <summary>The last committed index whose committing leader was of a term before <paramref name="term"/>.</summary>
    public ulong CommittedBefore(ulong term)
    {
        var count = _committed.Count;
        while (count > 0 && _committed[count - 1].CommitTerm >= term)
        {
            count--;
        }

        return (ulong)count;
    }

    /// <summary>Notes the state after an index, unless one is known: then gives that.</summary>
    public ulong? AddOrFindState(ulong applied, ulong digest, bool isFull)
    {
        var states = isFull ? _fullStates : _states;
        while ((ulong)states.Count <= applied)
        {
            states.Add(0);
        }

        var known = states[(int)applied];
        if (known != 0)
        {
            return known;
        }

        states[(int)applied] = digest;
        return null;
    }
}

/// <summary>An entry as its first holder had it, with the term of the entry before.</summary>
internal readonly record struct KnownEntry(ulong PreviousTerm, LogEntry Entry);

/// <summary>A committed entry, with the term of the replica that was seen to commit it first.</summary>
internal readonly record struct CommittedEntry(LogEntry Entry, ulong CommitTerm);
