namespace ClusterLog.Client;

/// <summary>What the number of a <see cref="StartPosition"/> means.</summary>
internal enum StartPositionKind
{
    /// <summary>The first record; the number means nothing.</summary>
    Earliest = 0,

    /// <summary>After the last record; the number means nothing.</summary>
    Latest,

    /// <summary>The number is an offset.</summary>
    Offset,

    /// <summary>The number is a time in Unix milliseconds.</summary>
    Timestamp,
}
