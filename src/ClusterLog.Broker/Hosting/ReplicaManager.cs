using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Hosting;

/// <summary>
/// Keeps this broker's replicas as the metadata says: starts those that it is to hold, stops those that have moved
/// away, removes those whose topic is gone. Told of every snapshot by the metadata group's shard, one after the other.
/// </summary>
internal sealed class ReplicaManager
{
    private readonly int _broker;
    private readonly StorageEngine _storage;
    private readonly IShards _shards;
    private readonly Func<GroupId, Random> _randomOf;
    private readonly ILogger _logger;
    private readonly Dictionary<GroupId, ReplicaId> _started = [];
    private readonly HashSet<GroupId> _recovered;

    /// <param name="randomOf">Gives a group's core its source of randomness, which other groups of its shard may share.</param>
    public ReplicaManager(
        int broker, StorageEngine storage, IShards shards, Func<GroupId, Random> randomOf, ILogger logger)
    {
        _broker = broker;
        _storage = storage;
        _shards = shards;
        _randomOf = randomOf;
        _logger = logger;
        _recovered = [.. storage.RecoveredGroups.Where(group => group != GroupId.Metadata)];
    }

    public void OnSnapshot(MetadataSnapshot snapshot)
    {
        StopDeparted(snapshot);

        // Until the cluster knows this directory, which is an early entry of every log that places something on it,
        // nobody can tell which replicas belong to it.
        if (snapshot.Brokers.TryGetValue(_broker, out var self) && self.DirectoryId == _storage.DirectoryId)
        {
            StartPlaced(snapshot, self.DirectorySince);
        }

        RemoveLeftovers(snapshot);
    }

    private void StartPlaced(MetadataSnapshot snapshot, LogIndex directorySince)
    {
        foreach (var partition in snapshot.ByGroup.Values)
        {
            // After a start the metadata is gone through again from its beginning: what the disk knows to be removed was
            // deleted further on.
            var replica = partition.ReplicaOn(_broker);
            if (!replica.IsNone && !_storage.IsRemoved(partition.Group) && _started.TryAdd(partition.Group, replica))
            {
                Start(partition, replica, directorySince);
            }
        }
    }

    private void Start(PartitionInfo info, ReplicaId replica, LogIndex directorySince)
    {
        _recovered.Remove(info.Group);
        _shards.Post(info.Group, new StartWork(info, replica, directorySince, _randomOf(info.Group), _logger));
    }

    private void StopDeparted(MetadataSnapshot snapshot)
    {
        foreach (var (group, replica) in _started.ToArray())
        {
            if (!snapshot.ByGroup.TryGetValue(group, out var partition))
            {
                _started.Remove(group);
                _logger.ReplicaRemoved(group);
                _shards.Post(group, new RemoveWork(group));
            }
            else if (!partition.Replicas.Contains(replica))
            {
                _started.Remove(group);
                _logger.ReplicaMovedAway(replica, group);
                _shards.Post(group, new StopWork(group));
            }
        }
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

    private sealed class StartWork(
        PartitionInfo info, ReplicaId identity, LogIndex directorySince, Random random, ILogger logger) : IShardWork
    {
        public void Run(Shard shard)
        {
            var storage = shard.Services.Storage;
            if (storage.HasLostIdentity(info.Group)
                && (identity.Incarnation <= storage.IncarnationOf(info.Group) || info.PlacedAt(identity) < directorySince))
            {
                logger.ReplicaDamaged(identity, info.ToString(), info.Group, storage.DamageOf(info.Group)!.ToString());
                return;
            }

            var departed = shard.Find(info.Group);
            var isBlank = departed?.Log.IsBlank ?? shard.Services.Storage.IsBlank(info.Group);
            if (isBlank && info.PlacedAt(identity) < directorySince)
            {
                logger.ReplicaLost(identity, info.ToString(), info.Group, info.PlacedAt(identity), directorySince);
                return;
            }

            // The metadata is gone through again from an early state: what the disk holds is a later replica's, which the
            // metadata will come to, and must not speak in the name of one that has left.
            if (departed is null && shard.Services.Storage.IncarnationOf(info.Group) > identity.Incarnation)
            {
                logger.ReplicaSucceeded(identity, info.Group);
                return;
            }

            // A replica that moved away and comes back as another begins anew over what the old one left.
            var log = departed is null ? shard.Services.Storage.OpenLog(info.Group) : shard.Release(departed);
            logger.ReplicaStarted(info.Topic, info.Partition, info.Group);
            var partition = new Partition(info);
            partition.Replica = new Replica(shard, info.Group, identity, info.Founders, log, partition, random);
            shard.Add(partition.Replica);
        }
    }

    private sealed class StopWork(GroupId group) : IShardWork
    {
        public void Run(Shard shard)
        {
            if (shard.Find(group) is { IsStopped: false } replica)
            {
                // A quiet group would not notice: its members rely on being told.
                replica.Stop("the partition has moved away from this broker");
                shard.Announce(new(group, replica.Term, ReplicaId.None));
            }
        }
    }

    private sealed class RemoveWork(GroupId group) : IShardWork
    {
        public void Run(Shard shard)
        {
            if (shard.Find(group) is { } replica)
            {
                shard.Remove(replica);
            }

            shard.Services.Storage.Remove(group);
        }
    }
}
