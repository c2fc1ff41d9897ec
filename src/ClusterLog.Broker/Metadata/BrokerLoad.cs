namespace ClusterLog.Broker.Metadata;

/// <summary>What a broker holds already.</summary>
/// <param name="Replicas">Replicas of partitions.</param>
/// <param name="Leaders">Of these, those that are the preferred leader.</param>
internal readonly record struct BrokerLoad(int Replicas, int Leaders);
