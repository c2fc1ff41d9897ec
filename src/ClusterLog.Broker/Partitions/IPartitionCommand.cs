namespace ClusterLog.Broker.Partitions;

/// <summary>What an entry of kind Command in a partition's group says.</summary>
internal interface IPartitionCommand;
