namespace ClusterLog.Storage;

/// <summary>
/// In which steps a log can be cut at its beginning: what is given up leaves the disk a segment at a time, at a
/// checkpoint. Immutable; swapped whole while the log is written.
/// </summary>
/// <param name="SegmentBytesMax">
/// Bytes at which a segment ends; at most <see cref="StorageOptions.SegmentBytesMax"/>, which 0 means.
/// </param>
/// <param name="SegmentAgeMax">How long a segment is written to, at most; zero for as long as it has room.</param>
/// <param name="KeepsCheckpoints">
/// Whether a checkpoint is kept near the end of every segment, so that the log can begin there; else only few are.
/// </param>
internal sealed record LogPace(long SegmentBytesMax, TimeSpan SegmentAgeMax, bool KeepsCheckpoints)
{
    /// <summary>That of a log which is rarely cut, if ever.</summary>
    public static LogPace Default { get; } = new(0, TimeSpan.Zero, KeepsCheckpoints: false);
}
