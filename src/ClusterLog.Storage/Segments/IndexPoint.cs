using ClusterLog.Raft;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// One point of a segment's sparse index, by offset and by time. Points are at least
/// <see cref="SegmentBuilder.IndexIntervalBytes"/> apart.
/// </summary>
/// <param name="Index">The entry that starts here.</param>
/// <param name="BaseOffset">Its base offset.</param>
/// <param name="MaxTimestampBefore">The latest timestamp of all earlier entries of the segment; long.MinValue if none.</param>
/// <param name="Position">The byte in the file where its record starts.</param>
internal readonly record struct IndexPoint(LogIndex Index, long BaseOffset, long MaxTimestampBefore, long Position);
