namespace ClusterLog.Checking.Logs;

/// <summary>All that one reader found in a partition in the end.</summary>
internal sealed class FinalLog
{
    private readonly Dictionary<long, long> _firstOffsetOf = [];
    private readonly HashSet<LogRecord> _held = [];

    private FinalLog(long reader, long startOffset, IReadOnlyList<LogRecord> records)
    {
        Reader = reader;
        StartOffset = startOffset;
        Records = records;
        foreach (var record in records)
        {
            _firstOffsetOf.TryAdd(record.Value, record.Offset);
            _held.Add(record);
        }
    }

    public long Reader { get; }

    /// <summary>The first offset that retention has left.</summary>
    public long StartOffset { get; }

    /// <summary>In the order in which they were read.</summary>
    public IReadOnlyList<LogRecord> Records { get; }

    public static IReadOnlyList<FinalLog> Join(IEnumerable<FinalRead> reads) => reads
        .GroupBy(read => read.Reader)
        .Select(pieces => new FinalLog(
            pieces.Key,
            pieces.Min(piece => piece.StartOffset),
            [.. pieces.SelectMany(piece => piece.Records)]))
        .ToArray();

    public bool Holds(long value) => _firstOffsetOf.ContainsKey(value);

    public bool Holds(LogRecord record) => _held.Contains(record);

    public long FirstOffsetOf(long value) => _firstOffsetOf[value];
}
