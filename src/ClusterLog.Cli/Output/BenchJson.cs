using ClusterLog.Cli.Measurement;

namespace ClusterLog.Cli.Output;

/// <summary>
/// What `bench produce` writes. Records and bytes are those acknowledged, bytes those of the values alone.
/// </summary>
internal sealed record BenchProduceJson(
    string Topic,
    bool TopicCreated,
    int Partitions,
    int Replicas,
    string Acks,
    int RecordSizeBytes,
    int Connections,
    double? RateRecordsPerSecond,
    double LingerMs,
    int BatchBytesMax,
    long Records,
    long Bytes,
    long Failed,
    double Seconds,
    double RecordsPerSecond,
    double MbPerSecond,
    long Retries,
    long Batches,
    double AverageBatchBytes,
    LatencyJson LatencyMs);

/// <summary>
/// What `bench consume` writes. Age is how long ago a record was produced when it came; it means something only for
/// records that are produced meanwhile, and on one clock.
/// </summary>
internal sealed record BenchConsumeJson(
    string Topic,
    int Partitions,
    int Replicas,
    long Records,
    long Bytes,
    double Seconds,
    double RecordsPerSecond,
    double MbPerSecond,
    double FirstRecordMs,
    double AverageRecordBytes,
    LatencyJson AgeMs);
