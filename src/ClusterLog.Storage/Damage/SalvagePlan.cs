using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage.Damage;

/// <summary>
/// What can be kept of a damaged group, and what is to be done to its files for that. Nothing has been done yet.
/// </summary>
/// <param name="Segments">The longest good committed prefix; every entry of it is in an undamaged record.</param>
/// <param name="Checkpoints">The usable ones, oldest first; the first at the prefix's start, where that was
/// moved.</param>
/// <param name="Uncertain">Segments of the prefix that were read, and may have been only in the page cache.</param>
/// <param name="Cut">The last of the prefix, where it is damaged behind what is kept of it; else null.</param>
/// <param name="Aside">Files that are damaged, or of no use without a damaged one.</param>
/// <param name="Superfluous">Undamaged files that mean nothing, and caches.</param>
internal sealed record SalvagePlan(
    SegmentList Segments,
    Checkpoint[] Checkpoints,
    IReadOnlyList<SegmentSnapshot> Uncertain,
    SegmentSnapshot? Cut,
    IReadOnlyList<string> Aside,
    IReadOnlyList<string> Superfluous);
