namespace ClusterLog.Protocol.Batches;

/// <summary>The 16 bits of a batch header that say how its records are to be read.</summary>
/// <remarks>
/// <code>
/// bits  0-2   compression of the records, see CompressionType
///       3-5   format of the records, 0 = ours
///       6     control: written by the broker, not for consumers
///       7     part of a transaction
///       8     compacted: records were taken out by a broker, see CompactedBatch
///       9-15  reserved, 0
/// </code>
/// </remarks>
internal readonly record struct BatchAttributes(ushort Bits)
{
    private const int CompressionMask = 0b0000_0111;
    private const int FormatMask = 0b0011_1000;
    private const int FormatShift = 3;
    private const int ControlBit = 1 << 6;
    private const int TransactionalBit = 1 << 7;
    private const int CompactedBit = 1 << 8;
    private const int ReservedMask = 0xFE00;

    /// <summary>How the records are compressed.</summary>
    public CompressionType Compression => (CompressionType)(Bits & CompressionMask);

    /// <summary>0 for the records that this build writes; others belong to other systems.</summary>
    public int RecordFormat => (Bits & FormatMask) >> FormatShift;

    /// <summary>Whether the batch is the broker's own and not for consumers.</summary>
    public bool IsControl => (Bits & ControlBit) != 0;

    /// <summary>Whether the batch is part of a transaction.</summary>
    public bool IsTransactional => (Bits & TransactionalBit) != 0;

    /// <summary>Whether a broker has taken records out of the batch; never set by a producer.</summary>
    public bool IsCompacted => (Bits & CompactedBit) != 0;

    /// <summary>These attributes, with the mark of a compacted batch.</summary>
    public BatchAttributes AsCompacted() => new((ushort)(Bits | CompactedBit));

    /// <summary>Whether a bit is set that has no meaning in this version.</summary>
    public bool HasReservedBits => (Bits & ReservedMask) != 0;
}
