namespace ClusterLog.Storage.Compaction;

/// <summary>
/// The segment that a view of the log speaks of was compacted since: the view takes the newer list and reads on there.
/// </summary>
internal sealed class SegmentReplacedException : Exception
{
    public SegmentReplacedException(string path)
        : base($"Segment {path} was compacted.")
    {
    }
}
