using ClusterLog.Raft;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Segments;
using ClusterLog.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Damage;

/// <summary>
/// Finds what is surely good of a group: entries in undamaged segments, without a gap, from where the log began on. They
/// are committed ones only, so whatever is found is part of the group's log. The WAL is not asked.
/// </summary>
/// <remarks>
/// A log that begins later than it did would lead further at times, from a checkpoint behind the damage; but then
/// nothing would ever bring back what lies before, which nobody has trimmed, and consumers would miss it.
/// </remarks>
internal sealed partial class GroupSalvage
{
    /// <summary>Where all that is there is lost: nothing is kept, and what is undamaged is deleted.</summary>
    public static readonly LogIndex Nothing = new(1);

    private readonly IStorageDisk _disk;
    private readonly SegmentInspector _inspector;
    private readonly DamagedFolder _damaged;
    private readonly ILogger _logger;

    public GroupSalvage(IStorageDisk disk, DamagedFolder damaged, ILogger logger)
    {
        (_disk, _damaged, _logger, _inspector) = (disk, damaged, logger, new SegmentInspector(disk));
    }

    /// <summary>Looks, and changes nothing.</summary>
    /// <param name="voidBefore">What the WAL holds of the group before this commit sequence is void.</param>
    /// <param name="believesIndexes">Whether what indexes cover is taken as good without reading it.</param>
    /// <param name="lostFrom">
    /// Where not zero: nothing from this index on is kept, nor a segment that reaches there; see <see cref="Nothing"/>.
    /// </param>
    public SalvagePlan Plan(GroupId group, ulong voidBefore, bool believesIndexes, LogIndex lostFrom)
    {
        var folder = SegmentSnapshot.FolderOf(group);
        var names = _disk.ListFiles(folder).Order(StringComparer.Ordinal).ToArray();
        var segments = SegmentName.Current(names, superseded: []).Select(name => name.FileName)
            .Select(name => new Candidate($"{folder}/{name}", _inspector.Inspect(group, name, believesIndexes))).ToList();
        var (checkpoints, bad) = LoadCheckpoints(group, names);

        var usable = segments.Where(item => lostFrom == LogIndex.Zero || item.Inspection.Good?.LastIndex < lostFrom).ToList();
        var begin = BeginningOf(names, checkpoints) is { } found && (lostFrom == LogIndex.Zero || found.Index < lostFrom)
            ? new LogStart(found.Index, found.Term, found.NextOffset, voidBefore)
            : new LogStart(LogIndex.Zero, Term.Zero, 0, voidBefore);
        var kept = new SegmentList(group, begin, [.. Chain(usable, begin)]);
        return ToPlan(kept, segments, checkpoints, names.Select(name => $"{folder}/{name}"), bad, lostFrom == Nothing);
    }

    /// <summary>The group as it goes on: what is kept, no vote, and no term but the log's own.</summary>
    public static RecoveredGroup ToGroup(SalvagePlan plan, uint incarnation) =>
        RecoveredGroup.Salvaged(plan.Segments, plan.Checkpoints, incarnation);

    // The checkpoint that the log began behind; null where it began with the first entry, or where that is damaged. Names
    // tell: segments go when the log's start moves, with the checkpoints before it, and a checkpoint is made only once
    // segments hold what it includes.
    private static Checkpoint? BeginningOf(string[] names, List<Checkpoint> checkpoints)
    {
        var segments = SegmentName.Current(names, superseded: []);
        var first = segments.Count > 0 ? segments[0].BaseIndex : LogIndex.Zero;
        if (first == LogIndex.Zero.Next)
        {
            return null;
        }

        var begin = names.Select(CheckpointRecovery.IndexOf).OfType<LogIndex>().Where(index => index.Next >= first)
            .Order().FirstOrDefault();
        return checkpoints.Find(item => item.Index == begin);
    }

    private (List<Checkpoint> Good, List<string> Bad) LoadCheckpoints(GroupId group, string[] names)
    {
        var (good, bad) = (new List<Checkpoint>(), new List<string>());
        foreach (var index in names.Select(CheckpointRecovery.IndexOf).OfType<LogIndex>())
        {
            try
            {
                good.Add(Checkpoint.Of(CheckpointFiles.Load(_disk, group, index)));
            }
            catch (CorruptLogException)
            {
                bad.Add(Checkpoint.PathOf(group, index));
            }
        }

        return (good, bad);
    }

    // The segments that follow a start, up to the first gap or damage.
    private static IEnumerable<SegmentSnapshot> Chain(List<Candidate> segments, LogStart start)
    {
        var (index, offset, term) = (start.Index, start.NextOffset, start.Term);
        var isFirst = true;
        foreach (var (_, inspection) in segments)
        {
            if (inspection.Good is not { } segment || segment.LastIndex <= start.Index)
            {
                continue;
            }

            var continues = segment.BaseIndex == index.Next && segment.BaseOffset == offset
                && segment.Terms.Span[0].Term >= term;
            var reachesBack = isFirst && segment.BaseIndex <= index && segment.BaseOffset <= offset
                && TermAt(segment, index) == term;
            if (!continues && !reachesBack)
            {
                yield break;
            }

            yield return segment;
            if (inspection.Damage is not null)
            {
                yield break;
            }

            (index, offset, term, isFirst) = (segment.LastIndex, segment.NextOffset, segment.LastTerm, false);
        }
    }

    private static Term TermAt(SegmentSnapshot segment, LogIndex index)
    {
        var term = Term.Zero;
        foreach (var start in segment.Terms.Span)
        {
            term = start.Index <= index ? start.Term : term;
        }

        return term;
    }

    private static SalvagePlan ToPlan(
        SegmentList kept,
        List<Candidate> segments,
        List<Checkpoint> checkpoints,
        IEnumerable<string> paths,
        List<string> bad,
        bool isAbandoned)
    {
        var items = kept.Items.ToHashSet();
        var chosen = segments.Where(item => item.Inspection.Good is { } good && items.Contains(good)).ToList();
        var cut = chosen.Find(item => item.Inspection.Damage is not null);
        var whole = chosen.Where(item => item != cut).ToList();
        var usable = checkpoints.Where(item => item.Index >= kept.Start.Index && item.Index <= kept.LastIndex).ToArray();

        // Behind the end stands what is good and of no use, or damaged; before the start, what was to be deleted
        // anyhow.
        var aside = segments.Except(whole)
            .Where(item => item.Inspection.Damage is not null
                || (!isAbandoned && item.Inspection.Good!.LastIndex > kept.Start.Index))
            .Select(item => item.Path).Concat(bad).ToList();
        var stays = whole.SelectMany(item => new[] { item.Path, item.Inspection.Good!.IndexPath })
            .Concat(usable.Select(item => Checkpoint.PathOf(kept.Group, item.Index)));
        return new SalvagePlan(
            kept,
            usable,
            [.. whole.Where(item => item.Inspection.IsScanned).Select(item => item.Inspection.Good!)],
            cut.Inspection.Good,
            aside,
            [.. paths.Except(stays).Except(aside)]);
    }

    private readonly record struct Candidate(string Path, SegmentInspection Inspection);
}
