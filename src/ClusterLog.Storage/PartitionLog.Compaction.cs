namespace ClusterLog.Storage;

/// <content>What compaction must know of a log, and ask of it.</content>
internal sealed partial class PartitionLog
{
    /// <summary>
    /// Which of the logs this is that the group has had here; what was found of another says nothing of this one.
    /// </summary>
    public object Life { get; }

    /// <summary>
    /// Lets go of the entries in memory that end at or before an offset and are in segments: from now on they are read from
    /// there, as they were compacted.
    /// </summary>
    /// <returns>The offset below which memory holds nothing; at most the one given.</returns>
    public long LetGoBelow(long offset)
    {
        var segmented = _progress.Segments.LastIndex;
        while (_tail.Count > 0 && _tail.FirstIndex <= segmented && _tail[0].NextOffset <= offset)
        {
            CountGone(_tail.RemoveFirst(Leaving));
        }

        return _tail.Count > 0 ? Math.Min(offset, _tail[0].BaseOffset) : offset;
    }
}
