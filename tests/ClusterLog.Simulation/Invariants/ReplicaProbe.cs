using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Simulation.Invariants;

/// <summary>A replica of the product, as the checks see it.</summary>
internal sealed class ReplicaProbe(Replica replica) : IReplicaView
{
    public Replica Replica => replica;

    public GroupId Group => replica.Group;

    public ReplicaId Id => replica.Identity;

    public RaftRole Role => replica.Role;

    public Term Term => replica.Term;

    public LogIndex Commit => replica.Commit;

    public LogIndex Applied => replica.Applied;

    public IRaftLog Log => replica.Log;

    /// <summary>What another identity left on the disk binds this one in nothing but the term.</summary>
    public HardState RecoveredState => replica.Log.HardState.Incarnation == replica.Identity.Incarnation
        ? replica.Log.HardState
        : replica.Log.HardState with { Vote = ReplicaId.None };

    public Configuration Configuration => replica.Configuration;

    public LogIndex ConfigurationIndex => replica.ConfigurationIndex;

    public bool IsCompacted =>
        replica.Machine is Partition partition && partition.Address.Config.Cleanup.HasFlag(CleanupPolicy.Compact);

    public ulong StateDigest() => replica.Machine switch
    {
        Partition partition => partition.Checksum
            ^ ((ulong)partition.HighWatermark * 0x9E3779B97F4A7C15)
            ^ ((ulong)partition.SizeBytes << 20)
            ^ ((ulong)partition.StartOffset << 40),
        MetadataGroup metadata => Digest(metadata.Snapshot),
        _ => 0,
    };

    public ulong FullStateDigest() => Crc32C.Compute(replica.Machine.Capture().Span);

    private static ulong Digest(MetadataSnapshot snapshot)
    {
        var digest = (snapshot.NextGroupId.Value * 31) + ((ulong)snapshot.NextProducerId * 0x9E3779B97F4A7C15);
        foreach (var (group, partition) in snapshot.ByGroup)
        {
            // Added up: the order of a hash table's items says nothing.
            var item = group.Value * 0xD1342543DE82EF95;
            foreach (var placed in partition.Replicas)
            {
                item = (item ^ ((ulong)placed.Value << 32) ^ placed.Incarnation) * 0x2545F4914F6CDD1D;
            }

            digest += item;
        }

        return digest + ((ulong)snapshot.Brokers.Count << 56);
    }
}
