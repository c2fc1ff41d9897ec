namespace ClusterLog.Broker.Metadata;

/// <summary>What a broker is for. The numbers stand in logs for ever.</summary>
internal enum BrokerState
{
    /// <summary>It takes replicas and leads.</summary>
    Active = 0,

    /// <summary>It is to leave: nothing new is placed on it, and what it holds moves away.</summary>
    Draining = 1,
}
