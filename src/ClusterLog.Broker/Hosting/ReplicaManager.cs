using System.Collections.Concurrent;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Hosting;

/// <summary>
/// Keeps this broker's replicas as the metadata says: starts those that it is to hold, tells them whom else their groups
/// are to have, lets those go that have moved away, removes those whose topic is gone. Told of every snapshot by the
/// metadata group's shard, one after the other.
/// </summary>
internal sealed partial class ReplicaManager
{
    private readonly int _broker;
    private readonly StorageSet _storage;
    private readonly IShards _shards;
    private readonly Func<GroupId, Random> _randomOf;
    private readonly ILogger _logger;
    private readonly Dictionary<GroupId, Held> _started = [];
    private readonly HashSet<GroupId> _recovered;

    private readonly ConcurrentDictionary<GroupId, string> _lost = new();

    // Damaged logs that are being made anew, and what is to be started over each.
    private readonly ConcurrentDictionary<GroupId, StartWork> _reopening = new();

    /// <param name="randomOf">Gives a group's core its source of randomness, which other groups of its shard may share.</param>
    public ReplicaManager(
        int broker, StorageSet storage, IShards shards, Func<GroupId, Random> randomOf, ILogger logger)
    {
        _broker = broker;
        _storage = storage;
        _shards = shards;
        _randomOf = randomOf;
        _logger = logger;
        _recovered = [.. storage.RecoveredGroups.Where(group => group != GroupId.Metadata)];
    }

    /// <summary>Told of replicas that have lost what they had promised; none are told of unless set.</summary>
    public Action<GroupId, ReplicaId, string> OnLost { get; init; } = static (_, _, _) => { };

    /// <summary>Whether the metadata is of today: what the disk gave back may be older, and show groups deleted since.</summary>
    public Func<bool> IsCurrent { get; init; } = static () => true;

    /// <summary>Partitions whose only replica was here, and is lost. Any thread.</summary>
    public IReadOnlyCollection<string> Lost => [.. _lost.Values];

    public void OnSnapshot(MetadataSnapshot snapshot)
    {
        ForgetLost(snapshot);
        var isCurrent = IsCurrent();
        FollowStarted(snapshot, isCurrent);

        // Until the cluster knows this directory, which is an early entry of every log that places something on it,
        // nobody can tell which replicas belong to it.
        if (snapshot.Brokers.TryGetValue(_broker, out var self) && self.DirectoryId == _storage.DirectoryId)
        {
            StartPlaced(snapshot, self.DirectorySince, isCurrent);
        }

        RemoveLeftovers(snapshot);
    }

    private void StartPlaced(MetadataSnapshot snapshot, LogIndex directorySince, bool isCurrent)
    {
        foreach (var partition in snapshot.ByGroup.Values)
        {
            // After a start the metadata is gone through again from its beginning: what the disk knows to be removed was
            // deleted further on. As of today, it was removed since it had come back in another directory.
            if (!_started.ContainsKey(partition.Group) && (isCurrent || !_storage.IsRemoved(partition.Group)))
            {
                // One that is leaving may be needed by its group for that.
                var replica = partition.RunningOn(_broker);
                if (!replica.IsNone)
                {
                    StartPlaced(partition, replica, directorySince, isCurrent);
                }
            }
        }
    }

    /// <summary>A replica of which the disk holds nothing waits until it is sure that its topic is still there.</summary>
    private void StartPlaced(PartitionInfo partition, ReplicaId replica, LogIndex directorySince, bool isCurrent)
    {
        if (isCurrent || !_storage.IsBlank(partition.Group) || _storage.HasLostIdentity(partition.Group))
        {
            Start(partition, replica, directorySince, isCurrent);
        }
    }

    private void Start(PartitionInfo info, ReplicaId replica, LogIndex directorySince, bool isCurrent)
    {
        _recovered.Remove(info.Group);
        _started.Add(info.Group, new Held(info, replica, isCurrent));
        _shards.Post(info.Group, new StartWork(this, info, replica, directorySince, isCurrent));
    }

    /// <summary>A running replica has met damage, and has stopped.</summary>
    public void OnDamaged(Replica replica, string damage)
    {
        if (replica.Machine is Partition partition)
        {
            Lose(partition.Address, replica.Identity, damage);
        }
    }

    /// <summary>What was deleted, or is held elsewhere by now, is missed no more.</summary>
    private void ForgetLost(MetadataSnapshot snapshot)
    {
        foreach (var group in _lost.Keys)
        {
            if (!snapshot.ByGroup.TryGetValue(group, out var partition) || partition.ReplicaOn(_broker).IsNone)
            {
                _lost.TryRemove(group, out _);
            }
        }
    }

    private void FollowStarted(MetadataSnapshot snapshot, bool isCurrent)
    {
        foreach (var (group, held) in _started.ToArray())
        {
            if (!snapshot.ByGroup.TryGetValue(group, out var partition))
            {
                _started.Remove(group);
                _logger.ReplicaRemoved(group);
                _shards.Post(group, new RemoveWork(group));
            }
            else if (!ReferenceEquals(partition, held.Info) || (isCurrent && !held.IsFollowed))
            {
                Follow(held, partition, isCurrent);
            }
        }
    }

    private void Follow(Held held, PartitionInfo partition, bool isCurrent)
    {
        var placed = partition.RunningOn(_broker);
        if (placed != held.Replica && !placed.IsNone)
        {
            // Another has taken its place, and starts over what it leaves.
            _started.Remove(partition.Group);
            _logger.ReplicaMovedAway(held.Replica, partition.Group);
            _shards.Post(partition.Group, new StopWork(partition.Group));
            return;
        }

        // What the metadata said some time ago, as it is gone through after a start, is nobody's wish any more.
        _started[partition.Group] = held with { Info = partition, IsFollowed = isCurrent };
        if (isCurrent)
        {
            _shards.Post(partition.Group, new FollowWork(this, partition));
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

    /// <summary>What was started, its partition, and whether it was told of that as of today.</summary>
    private sealed record Held(PartitionInfo Info, ReplicaId Replica, bool IsFollowed);
}
