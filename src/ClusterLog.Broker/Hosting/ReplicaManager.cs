using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Hosting;

/// <summary>
/// Keeps this broker's replicas as the metadata says: starts the groups that it is to hold, removes those whose topic
/// is gone. Told of every snapshot by the metadata group's shard, one after the other.
/// </summary>
internal sealed class ReplicaManager
{
    private readonly ReplicaId _self;
    private readonly StorageEngine _storage;
    private readonly IShards _shards;
    private readonly Func<GroupId, Random> _randomOf;
    private readonly ILogger _logger;
    private readonly HashSet<GroupId> _started = [];
    private readonly HashSet<GroupId> _recovered;

    /// <param name="randomOf">Gives each group's core its own source of randomness.</param>
    public ReplicaManager(
        ReplicaId self, StorageEngine storage, IShards shards, Func<GroupId, Random> randomOf, ILogger logger)
    {
        _self = self;
        _storage = storage;
        _shards = shards;
        _randomOf = randomOf;
        _logger = logger;
        _recovered = [.. storage.RecoveredGroups.Where(group => group != GroupId.Metadata)];
    }

    public void OnSnapshot(MetadataSnapshot snapshot)
    {
        foreach (var partition in snapshot.ByGroup.Values)
        {
            // After a start the metadata is gone through again from its beginning: what the disk knows to be removed was
            // deleted further on.
            if (partition.Replicas.Contains(_self)
                && !_storage.IsRemoved(partition.Group)
                && _started.Add(partition.Group))
            {
                Start(partition);
            }
        }

        foreach (var group in _started.Where(group => !snapshot.ByGroup.ContainsKey(group)).ToArray())
        {
            _started.Remove(group);
            Remove(group);
        }

        RemoveLeftovers(snapshot);
    }

    private void Start(PartitionInfo info)
    {
        _logger.ReplicaStarted(info.Topic, info.Partition, info.Group);
        _recovered.Remove(info.Group);
        var voters = info.Replicas;
        var random = _randomOf(info.Group);
        _shards.Post(info.Group, new StartWork(info, voters, random));
    }

    private void Remove(GroupId group)
    {
        _logger.ReplicaRemoved(group);
        _shards.Post(group, new RemoveWork(group));
    }

    /// <summary>
    /// Groups found on disk whose topic was deleted while this broker was away. Ids are never used twice, so an id
    /// that was given out and that no partition has is that of a deleted one; any other is not known yet, and stays.
    /// </summary>
    private void RemoveLeftovers(MetadataSnapshot snapshot)
    {
        foreach (var group in _recovered.ToArray())
        {
            if (group.CompareTo(snapshot.NextGroupId) < 0 && !snapshot.ByGroup.ContainsKey(group))
            {
                _recovered.Remove(group);
                _logger.ReplicaRemoved(group);
                _storage.Remove(group);
            }
        }
    }

    private sealed class StartWork(PartitionInfo info, IReadOnlyList<ReplicaId> voters, Random random) : IShardWork
    {
        public void Run(Shard shard)
        {
            var partition = new Partition(info);
            partition.Replica = new Replica(shard, info.Group, voters, partition, random);
            shard.Add(partition.Replica);
        }
    }

    private sealed class RemoveWork(GroupId group) : IShardWork
    {
        public void Run(Shard shard)
        {
            if (shard.Find(group) is { } replica)
            {
                shard.Remove(replica);
                shard.Services.Storage.Remove(group);
            }
        }
    }
}
