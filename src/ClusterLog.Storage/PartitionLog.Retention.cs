namespace ClusterLog.Storage;

/// <content>How much of the log is on disk, and where it would begin if less were kept.</content>
internal sealed partial class PartitionLog
{
    /// <summary>Bytes of the segments. What is in memory and in the WAL only does not count.</summary>
    public long StoredBytes => _progress.Segments.Items.Sum(static segment => segment.Length);

    /// <summary>Whether the log's beginning was moved and the WAL does not have that yet: it cannot be moved again.</summary>
    public bool IsStartMoving => _progress.StartIndex < _start.Index;

    /// <summary>In which steps the log can be cut; from the next segment on. Set by the owner.</summary>
    public LogPace Pace
    {
        get => _progress.Pace;
        set => _progress.Pace = value;
    }

    /// <summary>
    /// The offset behind which segments hold at most so many bytes, rounded up to an index point. No I/O.
    /// </summary>
    public long OffsetOfLastBytes(long bytes)
    {
        var segments = _progress.Segments;
        var behind = 0L;
        for (var i = segments.Items.Count - 1; i >= 0; i--)
        {
            var segment = segments.Items[i];
            if (behind + segment.Length > bytes)
            {
                var from = segment.Length - (bytes - behind);
                return segment.PointAtOrBehind(from) is { } point ? point.BaseOffset : segment.NextOffset;
            }

            behind += segment.Length;
        }

        return FirstOffset;
    }

    /// <summary>
    /// The offset before which all records in segments are older than a time, by their own timestamps, rounded down to an
    /// index point; a record that is younger holds all behind it. No I/O.
    /// </summary>
    public long OffsetOfOlderThan(long unixMilliseconds)
    {
        foreach (var segment in _progress.Segments.Items)
        {
            if (segment.MaxTimestamp >= unixMilliseconds)
            {
                return segment.PointAtTime(unixMilliseconds).BaseOffset;
            }
        }

        return _progress.Segments.NextOffset;
    }

    /// <summary>
    /// When, in Unix milliseconds, <see cref="OffsetOfOlderThan"/> first gives more than an offset; null where no segment
    /// holds records behind it.
    /// </summary>
    public long? TimeOfNextOffset(long offset)
    {
        foreach (var segment in _progress.Segments.Items)
        {
            if (segment.NextOffset > offset)
            {
                return segment.TimeBehind(offset);
            }
        }

        return null;
    }
}
