using System.Collections.Immutable;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>Where one partition lives.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">The partition's number within its topic; from 0.</param>
/// <param name="Group">Its Raft group; never used again for another.</param>
/// <param name="CreatedAt">The metadata entry that created it.</param>
/// <param name="Founders">
/// The replicas that the group began with, of incarnation 0: its membership before the first change in its log.
/// </param>
/// <param name="Replicas">
/// The replicas that there are to be, one a broker at most; the first is the preferred leader. The incarnation of one
/// that is not a founder is the metadata entry that placed it, so that a replica which left and came back is another.
/// </param>
internal sealed record PartitionInfo(
    string Topic,
    int Partition,
    GroupId Group,
    LogIndex CreatedAt,
    ImmutableArray<ReplicaId> Founders,
    ImmutableArray<ReplicaId> Replicas)
{
    /// <summary>Its topic's settings.</summary>
    public TopicConfig Config { get; init; } = TopicConfig.Default;

    /// <summary>The metadata entry that last said which replicas there are to be. A leader goes by no earlier one than those before it.</summary>
    public LogIndex AssignedAt { get; init; } = CreatedAt;

    /// <summary>
    /// Replicas that are to be no longer, and that the group may still count on: they run until its leader has reported that
    /// they are out. Until then a broker that is to hold the partition again goes on as the same replica.
    /// </summary>
    public ImmutableArray<ReplicaId> Leaving { get; init; } = [];

    /// <summary>The brokers that held it before the move that is under way, preferred leader first; none where there is none.</summary>
    public ImmutableArray<int> MovesFrom { get; init; } = [];

    /// <summary>When that move began, in Unix milliseconds by the clock of the metadata's leader; 0 where there is none.</summary>
    public long MovingSince { get; init; }

    /// <summary>Whether the group's leader has yet to report that its members are those that there are to be.</summary>
    public bool IsMoving => !MovesFrom.IsEmpty;

    /// <summary>The latest entry that placed one of the replicas.</summary>
    public LogIndex LastPlacedAt => Replicas.Aggregate(CreatedAt, (last, replica) => LogIndex.Max(last, PlacedAt(replica)));

    /// <summary>The metadata entry that placed a replica.</summary>
    public LogIndex PlacedAt(ReplicaId replica) =>
        replica.Incarnation == 0 ? CreatedAt : new LogIndex(replica.Incarnation);

    /// <summary>The replica on a broker; none where it is to hold none.</summary>
    public ReplicaId ReplicaOn(int broker) => Find(Replicas, broker);

    /// <summary>The replica that runs on a broker: one that is to be there, or one that is leaving; else none.</summary>
    public ReplicaId RunningOn(int broker) =>
        Find(Replicas, broker) is { IsNone: false } placed ? placed : Find(Leaving, broker);

    public override string ToString() => $"{Topic}/{Partition}";

    private static ReplicaId Find(ImmutableArray<ReplicaId> replicas, int broker)
    {
        foreach (var replica in replicas)
        {
            if (replica.Value == broker)
            {
                return replica;
            }
        }

        return ReplicaId.None;
    }
}
