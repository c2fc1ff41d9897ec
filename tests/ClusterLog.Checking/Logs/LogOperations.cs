using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Logs;

/// <summary>A value where somebody saw it.</summary>
public readonly record struct LogRecord(long Offset, long Value);

/// <summary>A value sent to a partition, once; the client's own retries belong to it.</summary>
/// <param name="Producer">Who sent it. The order of one producer is that of <paramref name="Invoked"/>.</param>
/// <param name="Partition">Where to.</param>
/// <param name="Value">What. No other operation sends the same value to the same partition.</param>
/// <param name="Outcome">Acknowledged (ok), certainly not written (failed), or unknown.</param>
/// <param name="Offset">Where it is, as acknowledged; not null if the outcome is ok.</param>
/// <param name="Invoked">When it was sent.</param>
public sealed record ProduceOperation(
    long Producer,
    string Partition,
    long Value,
    Outcome Outcome,
    long? Offset,
    long Invoked);

/// <summary>Records that a consumer got, in the order in which it got them.</summary>
/// <param name="Consumer">Who got them. It polls a partition one poll after the other.</param>
/// <param name="Partition">Where from.</param>
/// <param name="Records">What it got; may be empty.</param>
/// <param name="Invoked">When it asked.</param>
/// <param name="Completed">When it got them.</param>
/// <param name="Term">The term of the leader that served them, where the recorder knows it.</param>
public sealed record PollOperation(
    long Consumer,
    string Partition,
    IReadOnlyList<LogRecord> Records,
    long Invoked,
    long Completed,
    long? Term = null);

/// <summary>A consumer goes to an offset, on purpose: its next record is the first at or after it.</summary>
public sealed record SeekOperation(long Consumer, string Partition, long Offset, long Invoked);

/// <summary>
/// What a reader finds from start to end of a partition after all faults have stopped and every outcome is settled.
/// Several of one reader and partition are pieces of one, in this order; several readers may read a replica each.
/// </summary>
/// <param name="Reader">Who reads, or the replica read.</param>
/// <param name="Partition">Which partition.</param>
/// <param name="StartOffset">The first offset that retention has left, or at which this piece starts.</param>
/// <param name="Records">All records from there.</param>
public sealed record FinalRead(long Reader, string Partition, long StartOffset, IReadOnlyList<LogRecord> Records);

/// <summary>A leader was elected.</summary>
public sealed record LeaderChange(string Partition, long Term, long At);
