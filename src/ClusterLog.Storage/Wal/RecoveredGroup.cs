using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Records;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage.Wal;

/// <summary>
/// One group as recovery finds it: its segments, and over them what the WAL says. Filled in WAL order.
/// </summary>
internal sealed class RecoveredGroup
{
    // Ascending by index; with gaps while what closes them is still to come.
    private readonly List<LogEntry> _entries = [];

    /// <param name="segments">What its segments hold, and where its log begins.</param>
    /// <param name="checkpoints">The usable ones, oldest first; the first at the log's start, if that was
    /// moved.</param>
    public RecoveredGroup(SegmentList segments, Checkpoint[] checkpoints)
    {
        (Segments, Checkpoints) = (segments, checkpoints);
    }

    public SegmentList Segments { get; }

    public Checkpoint[] Checkpoints { get; }

    public HardState HardState { get; private set; }

    /// <summary>Segments were synced up to here when the WAL last said so: less than that is corruption.</summary>
    public LogIndex Mark { get; private set; }

    /// <summary>What stands behind the segments, in order, without a gap.</summary>
    public IReadOnlyList<LogEntry> Tail { get; private set; } = [];

    /// <summary>The highest incarnation that any state in the WAL bears.</summary>
    public uint Incarnation { get; private set; }

    /// <summary>
    /// The replica's identity is lost: of its states only those count that were written since its log was made anew.
    /// </summary>
    public bool HasLostIdentity { get; init; }

    public LogIndex LastIndex => Tail.Count > 0 ? Tail[^1].Index : Segments.LastIndex;

    /// <summary>Entries of the group may have been acknowledged before their sync.</summary>
    public bool SyncsLater { get; private set; }

    /// <summary>
    /// A group whose log was made anew from undamaged files: it has voted for nobody, and knows no later term.
    /// </summary>
    public static RecoveredGroup Salvaged(SegmentList segments, Checkpoint[] checkpoints, uint incarnation)
    {
        var group = new RecoveredGroup(segments, checkpoints) { HasLostIdentity = true, Incarnation = incarnation };
        if (segments.LastIndex > LogIndex.Zero)
        {
            group.HardState = new HardState(
                segments.LastTerm, ReplicaId.None, incarnation, segments.LastIndex, group.FindConfiguration());
        }

        return group;
    }

    public void OnState(in GroupStateRecord state, ulong sequence)
    {
        Incarnation = Math.Max(Incarnation, state.HardState.Incarnation);
        var isVoid = sequence < Segments.Start.ResetSequence;
        if (!isVoid || !HasLostIdentity)
        {
            HardState = state.HardState;
            SyncsLater = state.SyncsLater;
        }

        if (!isVoid)
        {
            Mark = LogIndex.Max(Mark, state.SegmentedThrough);
        }
    }

    /// <summary>
    /// The end of the log may be lost, and the replica may have told a leader that it holds it. Within a term no log
    /// goes back, so it returns in the next one, in which it has voted for nobody: that leader gives up its seat, and
    /// whoever leads then asks anew what everyone holds.
    /// </summary>
    public void SuspectLoss() => HardState = HardState with { Term = HardState.Term.Next, Vote = ReplicaId.None };

    /// <summary>True when an entry counts beside the segments, so that its payload must be kept.</summary>
    public bool Wants(LogIndex index, Term term, ulong sequence)
    {
        // What was written before a snapshot took the log's place is of another log.
        if (sequence < Segments.Start.ResetSequence)
        {
            return false;
        }

        // What is in segments is committed. An entry behind them with a lower term was overwritten by one of a higher
        // term that has come to the segments since, and that may be in the WAL no more.
        return index > Segments.LastIndex && term >= Segments.LastTerm;
    }

    /// <summary>
    /// At the very place where a snapshot took the log's place, what came before in the same block is void too.
    /// </summary>
    public void OnStart(LogStart start, ulong sequence)
    {
        if (start.ResetSequence == sequence && sequence == Segments.Start.ResetSequence)
        {
            _entries.Clear();
            Mark = LogIndex.Zero;
        }
    }

    /// <summary>Takes an entry and drops what stood there and behind it.</summary>
    public void OnEntry(LogEntry entry)
    {
        while (_entries.Count > 0 && _entries[^1].Index >= entry.Index)
        {
            _entries.RemoveAt(_entries.Count - 1);
        }

        _entries.Add(entry);
    }

    /// <summary>Ends the replay: checks that nothing is missing.</summary>
    /// <exception cref="CorruptLogException">A synced segment end, or an entry in between, is missing.</exception>
    public void Complete(GroupId group)
    {
        if (Segments.LastIndex < Mark)
        {
            var last = Segments.Items.Count > 0 ? Segments.Items[^1] : null;
            throw new CorruptLogException(
                group,
                last?.Path ?? SegmentSnapshot.FolderOf(group),
                last?.Length ?? 0,
                $"synced entries up to index {Mark}",
                $"entries up to index {Segments.LastIndex}");
        }

        var (index, term, offset) = (Segments.LastIndex, Segments.LastTerm, Segments.NextOffset);
        foreach (var entry in _entries)
        {
            if (entry.Index != index.Next || entry.Term < term || entry.BaseOffset != offset)
            {
                throw new CorruptLogException(
                    group,
                    StorageLayout.WalFolder,
                    0,
                    $"index {index.Next}, term {term} or later, base offset {offset}",
                    $"index {entry.Index}, term {entry.Term}, base offset {entry.BaseOffset}");
            }

            (index, term, offset) = (entry.Index, entry.Term, entry.NextOffset);
        }

        Tail = _entries;
        if (HardState.Term < term)
        {
            // Committed entries can reach the segments before the submission that raised the term is durable. Nobody
            // was told of that term yet, so no vote was cast in it.
            HardState = HardState with { Term = term, Vote = ReplicaId.None };
        }

        // Segments hold committed entries only, and a hint never reaches behind the log.
        HardState = HardState with { Commit = LogIndex.Min(LogIndex.Max(HardState.Commit, Segments.LastIndex), index) };

        // Up to there the segments, and the checkpoint before them, know better: the state may still name a
        // configuration that was overwritten, or that is of the log of which a snapshot took the place.
        if (HardState.ConfigurationIndex <= Segments.LastIndex || HardState.ConfigurationIndex > index)
        {
            HardState = HardState with { ConfigurationIndex = FindConfiguration() };
        }
    }

    private LogIndex FindConfiguration()
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].Kind == EntryKind.Configuration)
            {
                return _entries[i].Index;
            }
        }

        for (var i = Segments.Items.Count - 1; i >= 0; i--)
        {
            if (Segments.Items[i].Configurations is { Length: > 0 } found && found.Span[^1].Index > Segments.Start.Index)
            {
                return found.Span[^1].Index;
            }
        }

        return Segments.Start.Index > LogIndex.Zero && Checkpoints[0].Configuration is { } configuration
            ? configuration.Index
            : LogIndex.Zero;
    }
}
