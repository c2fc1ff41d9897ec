using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Clients;

/// <summary>Reads of segments for clients, on pool threads, a few at a time; the others wait in line.</summary>
internal sealed class ColdFetches(ShardSet shards) : IDisposable
{
    /// <summary>Most reads under way at a time: enough to keep a disk busy, too few to occupy the pool.</summary>
    public const int ReadsMax = 8;

    private readonly SemaphoreSlim _places = new(ReadsMax);

    /// <summary>Reads, and stops the partition's replica here if what it reads is damaged.</summary>
    /// <exception cref="BrokerException">StorageFailed: the log here is damaged; another replica will lead.</exception>
    public async Task<T> ReadAsync<T>(PartitionInfo partition, Func<T> read)
    {
        await _places.WaitAsync();
        try
        {
            return await Task.Run(read);
        }
        catch (CorruptLogException damage)
        {
            shards.Post(partition.Group, new DamageWork(partition.Group, damage));
            throw new BrokerException(
                ErrorCode.StorageFailed,
                $"The log of {partition} is damaged on this broker: {damage.Message}");
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
