using ClusterLog.Client;

namespace ClusterLog.Cli.Commands;

/// <summary>What `bench produce` was asked for; partitions and replicas are 0 for the broker's defaults.</summary>
internal sealed record BenchProduceRequest(
    string Topic,
    int RecordBytes,
    long Count,
    int Partitions,
    int Replicas,
    int Connections,
    double? Rate,
    ProducerOptions Options);
