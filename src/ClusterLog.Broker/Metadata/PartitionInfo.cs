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

    /// <summary>The metadata entry that placed a replica.</summary>
    public LogIndex PlacedAt(ReplicaId replica) =>
        replica.Incarnation == 0 ? CreatedAt : new LogIndex(replica.Incarnation);

    /// <summary>The replica on a broker; none where it is to hold none.</summary>
    public ReplicaId ReplicaOn(int broker)
    {
        foreach (var replica in Replicas)
        {
            if (replica.Value == broker)
            {
                return replica;
            }
        }

        return ReplicaId.None;
    }

    public override string ToString() => $"{Topic}/{Partition}";
}
