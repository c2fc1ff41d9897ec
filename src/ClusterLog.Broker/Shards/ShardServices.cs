using ClusterLog.Broker.Compaction.Horizons;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Moves;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Telemetry;
using ClusterLog.Raft;
using ClusterLog.Storage;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Shards;

/// <summary>What the shards of one broker share. Everything in it is safe to use from any thread.</summary>
internal sealed class ShardServices
{
    public required StorageSet Storage { get; init; }

    public required IReplicaTransport Peers { get; init; }

    public required LeaderTable Leaders { get; init; }

    public required IColdReads ColdReads { get; init; }

    public required BrokerMetrics Metrics { get; init; }

    public required TimeProvider Time { get; init; }

    public required RaftOptions Raft { get; init; }

    public CheckpointOptions Checkpoints { get; init; } = new();

    /// <summary>Follows what replicas apply; none where nobody does.</summary>
    public IAppliedObserver? Applied { get; init; }

    /// <summary>What may be read from disk for replicas that are coming in; null for no limit.</summary>
    public CatchUpBudget? CatchUp { get; init; }

    /// <summary>How far the partitions' deleted keys may go; for those who compact.</summary>
    public HorizonTable Horizons { get; init; } = new();

    public required ILogger Logger { get; init; }

    /// <summary>Told of a replica that has met damage, and has stopped; on its shard's thread.</summary>
    public Action<Replica, string> OnDamaged { get; init; } = static (_, _) => { };

    /// <summary>
    /// Told of a replica that has stopped since its directory failed, while others have not; on its shard's thread.
    /// </summary>
    public Action<Replica, string> OnDirectoryFailed { get; init; } = static (_, _) => { };

    /// <summary>
    /// Told, perhaps more than once, that the members of a group are those of an assignment, for good; on the shard's thread of
    /// the replica that leads it.
    /// </summary>
    public Action<GroupId, LogIndex> OnAssignmentReached { get; init; } = static (_, _) => { };

    /// <summary>Told, perhaps more than once, when every directory has failed: the broker cannot go on.</summary>
    public required Action<Exception> OnStorageFailed { get; init; }
}
