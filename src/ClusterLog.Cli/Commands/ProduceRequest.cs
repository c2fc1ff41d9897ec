using ClusterLog.Cli.Records;
using ClusterLog.Client;

namespace ClusterLog.Cli.Commands;

/// <summary>What `produce` was asked for.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Partition">The one partition; null to spread.</param>
/// <param name="Keys">Takes the key off a line; null for records without keys.</param>
/// <param name="Rate">Records a second; null for no bound.</param>
/// <param name="Options">How the producer works.</param>
internal sealed record ProduceRequest(
    string Topic, int? Partition, KeySplitter? Keys, double? Rate, ProducerOptions Options);
