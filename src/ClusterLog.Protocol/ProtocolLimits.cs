namespace ClusterLog.Protocol;

/// <summary>
/// The limits that hold for every cluster, and the defaults of those that an operator may set. A broker tells a client
/// in the handshake which frame and record size hold there.
/// </summary>
public static class ProtocolLimits
{
    /// <summary>The default for the most bytes of a frame, its length prefix not counted: 8 MiB.</summary>
    public const int FrameBytesMax = 8 * 1024 * 1024;

    /// <summary>The default for the most bytes of one encoded record, batch header not counted: 1 MiB.</summary>
    public const int RecordBytesMax = 1024 * 1024;

    /// <summary>The most characters of a topic's name, each one byte.</summary>
    public const int TopicNameLengthMax = 249;

    /// <summary>
    /// What a produce request may need in its frame besides the batch, topic name and headers included: a producer
    /// keeps its batches this much smaller than the frame size that the broker told it.
    /// </summary>
    public const int ProduceOverheadBytesMax = 512;
}
