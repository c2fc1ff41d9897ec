namespace ClusterLog.Client.Consuming;

/// <summary>What one answer of a broker brought, in the order in which it is to be read.</summary>
internal sealed record FetchedSet(BrokerFetch Broker, IReadOnlyList<FetchedBatch> Batches);
