using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Logs;

/// <summary>Judges one partition. Runs once.</summary>
internal sealed partial class PartitionCheck
{
    private readonly LogReport _report;
    private readonly string _partition;
    private readonly IReadOnlyDictionary<long, ProduceOperation> _sent;
    private readonly IReadOnlyList<PollOperation> _polls;
    private readonly IReadOnlyList<SeekOperation> _seeks;
    private readonly IReadOnlyList<FinalLog> _finals;
    private readonly IReadOnlyList<LeaderChange> _leaders;

    /// <summary>Below it no final log can tell what was there: retention took it, or nobody read the log.</summary>
    private readonly long _judgedFrom;

    public PartitionCheck(
        LogReport report,
        string partition,
        IReadOnlyDictionary<long, ProduceOperation> sent,
        IReadOnlyList<PollOperation> polls,
        IReadOnlyList<SeekOperation> seeks,
        IReadOnlyList<FinalLog> finals,
        IReadOnlyList<LeaderChange> leaders)
    {
        _report = report;
        _partition = partition;
        _sent = sent;
        _polls = polls;
        _seeks = seeks;
        _finals = finals;
        _leaders = leaders;
        _judgedFrom = finals.Count == 0 ? long.MaxValue : finals.Min(final => final.StartOffset);
    }

    private IEnumerable<ProduceOperation> Acknowledged => _sent.Values.Where(sent => sent.Outcome == Outcome.Ok);

    public void Run()
    {
        if (_finals.Count == 0)
        {
            _report.AddWithoutFinalRead(_partition);
        }

        // What was sent, and is there.
        FindLost();
        FindPhantoms();
        FindFailedButWritten();
        FindReordered();

        // Where it is.
        FindGaps();
        FindMisplaced();

        // What consumers got.
        FindUncommittedReads();
        FindConsumersOutOfStep();
    }

    private void Add(AnomalyKind kind, FormattableString what) =>
        _report.Add(kind, _partition, FormattableString.Invariant(what));

    private static FormattableString Show(LogRecord record) => $"value {record.Value} at offset {record.Offset}";

    private bool IsSent(long value) => _sent.ContainsKey(value);

    private bool IsInFinalLog(long value) => _finals.Any(final => final.Holds(value));

    private bool IsInFinalLog(LogRecord record) => _finals.Any(final => final.Holds(record));
}
