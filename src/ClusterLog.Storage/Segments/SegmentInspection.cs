namespace ClusterLog.Storage.Segments;

/// <summary>What looking at one segment file came to.</summary>
/// <param name="Good">What can be believed of it, from its beginning; null when that is nothing.</param>
/// <param name="IsScanned">Some of it was read to know; what was, may have been only in the page cache so far.</param>
/// <param name="Damage">What is wrong behind <paramref name="Good"/>; null when nothing is.</param>
/// <param name="ContradictsIndex">The index knows of more than the file has: no write that was cut short leaves that.</param>
internal readonly record struct SegmentInspection(
    SegmentSnapshot? Good, bool IsScanned, CorruptLogException? Damage, bool ContradictsIndex = false);
