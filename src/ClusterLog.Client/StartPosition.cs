using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>Where in a partition to start. The default value is <see cref="Earliest"/>.</summary>
public readonly record struct StartPosition
{
    private StartPosition(StartPositionKind kind, long value)
    {
        Kind = kind;
        Value = value;
    }

    /// <summary>At the first record that the partition holds.</summary>
    public static StartPosition Earliest => default;

    /// <summary>After the last record: only what comes from now on.</summary>
    public static StartPosition Latest => new(StartPositionKind.Latest, 0);

    internal StartPositionKind Kind { get; }

    /// <summary>The offset, or Unix milliseconds.</summary>
    internal long Value { get; }

    /// <summary>At this offset, 0 or higher.</summary>
    public static StartPosition AtOffset(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new(StartPositionKind.Offset, offset);
    }

    /// <summary>At this offset.</summary>
    public static StartPosition AtOffset(Offset offset) => AtOffset(offset.Value);

    /// <summary>At the first record of this time or later, or after the last record if there is none.</summary>
    public static StartPosition AtTimestamp(DateTimeOffset timestamp) =>
        new(StartPositionKind.Timestamp, Math.Max(0, timestamp.ToUnixTimeMilliseconds()));
}
