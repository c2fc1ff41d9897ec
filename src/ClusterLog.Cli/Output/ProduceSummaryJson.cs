using ClusterLog.Cli.Measurement;

namespace ClusterLog.Cli.Output;

/// <summary>
/// What `produce` writes. Records are those acknowledged; bytes those of the keys and values that were handed over;
/// unacknowledged ones may or may not be stored.
/// </summary>
internal sealed record ProduceSummaryJson(
    string Topic,
    long Records,
    long Bytes,
    double Seconds,
    double RecordsPerSecond,
    double MbPerSecond,
    long Failed,
    long Unacknowledged,
    long Retries,
    long Batches,
    double AverageBatchBytes,
    string Acks,
    bool Interrupted,
    LatencyJson LatencyMs);
