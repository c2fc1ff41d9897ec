using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Repair;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Hosting;

/// <content>What is done to replicas, on their shards.</content>
internal sealed partial class ReplicaManager
{
    /// <summary>Tells a replica which others its group is to have; or, where the metadata knows it to be out, lets it end.</summary>
    private static void Follow(Replica replica, PartitionInfo info)
    {
        if (info.RunningOn(replica.Identity.Value) == replica.Identity)
        {
            replica.Assign(info.Replicas, info.AssignedAt);
        }
        else
        {
            replica.Leave();
        }
    }

    /// <summary>A replica must never speak again; who asks for another in its place is told.</summary>
    private void Lose(PartitionInfo info, ReplicaId identity, string reason)
    {
        if (info.Replicas.Length == 1)
        {
            // Another would find nobody to fill itself from.
            _lost[info.Group] = info.ToString();
            _logger.OnlyReplicaLost(identity, info.ToString(), info.Group, reason);
        }
        else
        {
            OnLost(info.Group, identity, reason);
        }
    }

    /// <summary>
    /// Has a damaged log made anew. What is to be started over it may change meanwhile: then the last one asked for is.
    /// </summary>
    private void Reopen(StartWork start, GroupId group, StorageSet storage)
    {
        if (_reopening.TryAdd(group, start))
        {
            storage.Reopen(group, log => _shards.Post(group, new ReopenedWork(this, group, log)));
        }
        else
        {
            _reopening[group] = start;
        }
    }

    private sealed class StartWork(
        ReplicaManager manager, PartitionInfo info, ReplicaId identity, LogIndex directorySince, bool isCurrent) : IShardWork
    {
        /// <summary>The same replica, of a partition that has changed meanwhile.</summary>
        public StartWork With(PartitionInfo partition) => new(manager, partition, identity, directorySince, isCurrent: true);

        public void Run(Shard shard)
        {
            var storage = shard.Services.Storage;
            var departed = shard.Find(info.Group);
            if (WhyLost(storage, departed) is { } reason)
            {
                manager.Lose(info, identity, reason);
                return;
            }

            // The metadata is gone through again from an early state: what the disk holds is a later replica's, which the
            // metadata will come to, and must not speak in the name of one that has left.
            if (departed is null && storage.IncarnationOf(info.Group) > identity.Incarnation)
            {
                manager._logger.ReplicaSucceeded(identity, info.Group);
                return;
            }

            // A replica that moved away and comes back as another begins anew over what the old one left.
            var isWhole = storage.HomeOf(info.Group) is not { Failure: not null };
            if (isWhole && MustBeginBlank(storage, departed?.Log))
            {
                manager._logger.HeadStartAbandoned(identity, info);
                storage.Discard(info.Group, departed?.Identity.Incarnation ?? 0);
            }

            var isQuarantined = isWhole && storage.IsQuarantined(info.Group);
            var log = isQuarantined ? null
                : isWhole && departed is not null ? departed.Log
                : storage.TryOpenLog(info.Group);
            if (departed is not null && (isQuarantined || log is not null))
            {
                shard.Release(departed);
            }

            if (isQuarantined)
            {
                manager.Reopen(this, info.Group, storage);
            }
            else if (log is not null)
            {
                Open(shard, log);
            }
        }

        public void Open(Shard shard, PartitionLog log)
        {
            manager._logger.ReplicaStarted(info.Topic, info.Partition, info.Group);
            var partition = new Partition(info);
            try
            {
                partition.Replica = new Replica(
                    shard, info.Group, identity, info.Founders, log, partition, manager._randomOf(info.Group), info.Replicas[0]);
            }
            catch (CorruptLogException damage)
            {
                shard.Services.Storage.Quarantine(info.Group, damage, identity.Incarnation);
                manager.Lose(info, identity, damage.Message);
                return;
            }

            shard.Add(partition.Replica);
            if (isCurrent)
            {
                ReplicaManager.Follow(partition.Replica, info);
            }
        }

        /// <summary>
        /// Of a compacted partition, what another replica has left may hold records of keys whose marks of deletion are gone
        /// in the group by now, and would bring them back to life. What this replica has written itself it goes on from.
        /// </summary>
        private bool MustBeginBlank(StorageSet storage, PartitionLog? left)
        {
            var isLeft = left is not null
                ? left.LastIndex > LogIndex.Zero
                : storage.Holds(info.Group)
                    && (storage.HasLostIdentity(info.Group) || storage.IncarnationOf(info.Group) != identity.Incarnation);
            return info.Config.Cleanup.HasFlag(CleanupPolicy.Compact) && (isLeft || storage.IsQuarantined(info.Group));
        }

        /// <summary>Why the replica may have voted and acknowledged what it does not know any more; null if it has not.</summary>
        private string? WhyLost(StorageSet storage, Replica? departed)
        {
            var isOfEarlierDirectory = info.PlacedAt(identity) < directorySince;
            if (storage.HasLostIdentity(info.Group)
                && (identity.Incarnation <= storage.IncarnationOf(info.Group) || isOfEarlierDirectory))
            {
                return $"{storage.DamageOf(info.Group)}";
            }

            // The highest that may have spoken from what there is. A later one has, if at all, from what there was.
            var last = departed?.Identity.Incarnation ?? storage.IncarnationOf(info.Group);
            if (storage.HomeOf(info.Group)?.Failure is { } failure
                && (identity.Incarnation <= last || isOfEarlierDirectory))
            {
                return failure.Message;
            }

            var isBlank = departed?.Log.IsBlank ?? storage.IsBlank(info.Group);
            return isOfEarlierDirectory && (isBlank || last < identity.Incarnation)
                ? $"{info} was placed here by metadata entry {info.PlacedAt(identity)}, before this broker's data directories "
                    + $"joined at entry {directorySince}, which hold nothing of that replica"
                : null;
        }
    }

    private sealed class ReopenedWork(ReplicaManager manager, GroupId group, PartitionLog log) : IShardWork
    {
        public void Run(Shard shard)
        {
            if (manager._reopening.TryRemove(group, out var start) && !shard.Services.Storage.IsRemoved(group))
            {
                start.Open(shard, log);
            }
        }
    }

    /// <summary>The partition is to have other replicas than before, or has another configuration.</summary>
    private sealed class FollowWork(ReplicaManager manager, PartitionInfo info) : IShardWork
    {
        public void Run(Shard shard)
        {
            if (shard.Find(info.Group) is { Machine: Partition partition } replica)
            {
                partition.Follow(info);
                ReplicaManager.Follow(replica, info);
            }
            else if (manager._reopening.TryGetValue(info.Group, out var start))
            {
                manager._reopening[info.Group] = start.With(info);
            }
        }
    }

    private sealed class StopWork(GroupId group) : IShardWork
    {
        public void Run(Shard shard)
        {
            if (shard.Find(group) is { IsStopped: false } replica)
            {
                // A quiet group would not notice: its members rely on being told.
                replica.Stop("another replica of this broker has taken its place");
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
