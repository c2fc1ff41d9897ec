using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>What became of a record.</summary>
/// <param name="Partition">Where it went, or would have gone.</param>
/// <param name="Offset">Its offset; -1 if it failed, or with acks none.</param>
/// <param name="Latency">From the call that enqueued it to this report.</param>
/// <param name="Error">Why it failed; null if it is delivered.</param>
public readonly record struct DeliveryReport(
    TopicPartition Partition, Offset Offset, TimeSpan Latency, ClusterLogException? Error);
