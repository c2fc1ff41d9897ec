using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Clients;

/// <summary>Reads of a partition's segments for clients, on a pool thread.</summary>
internal static class ColdFetch
{
    /// <summary>Reads, and stops the partition's replica here if what it reads is damaged.</summary>
    /// <exception cref="BrokerException">StorageFailed: the log here is damaged; another replica will lead.</exception>
    public static async Task<T> ReadAsync<T>(ShardSet shards, PartitionInfo partition, Func<T> read)
    {
        try
        {
            return await Task.Run(read);
        }
        catch (CorruptLogException damage)
        {
            shards.Post(partition.Group, new DamageWork(partition.Group, damage));
            throw new BrokerException(
                ErrorCode.StorageFailed,
                $"The log of {partition.Topic}/{partition.Partition} is damaged on this broker: {damage.Message}");
        }
    }
}
