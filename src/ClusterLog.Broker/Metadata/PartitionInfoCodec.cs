using System.Collections.Immutable;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// A partition within captured metadata. Fields are appended at the end; a reader skips those that it does not know.
/// <code>
/// [group, createdAt, [founder ...], [replica ...], assignedAt?, [leaving ...]?, [brokerId ...]?, movingSince?]
/// the last four or none of them; the brokers are those that it moves from
/// </code>
/// </summary>
internal static class PartitionInfoCodec
{
    private const int FieldCount = 4;
    private const int FieldCountWithMove = 8;

    public static void Write(ref MessagePackWriter writer, PartitionInfo partition)
    {
        var hasMoved = partition.IsMoving || partition.AssignedAt != partition.LastPlacedAt;
        writer.WriteArrayHeader(hasMoved ? FieldCountWithMove : FieldCount);
        writer.Write(partition.Group.Value);
        writer.Write(partition.CreatedAt.Value);
        WriteReplicas(ref writer, partition.Founders);
        WriteReplicas(ref writer, partition.Replicas);
        if (hasMoved)
        {
            writer.Write(partition.AssignedAt.Value);
            WriteReplicas(ref writer, partition.Leaving);
            writer.WriteArrayHeader(partition.MovesFrom.Length);
            foreach (var broker in partition.MovesFrom)
            {
                writer.Write(broker);
            }

            writer.Write(partition.MovingSince);
        }
    }

    public static PartitionInfo Read(ref MessagePackReader reader, string topic, int number)
    {
        var count = reader.ReadArrayHeader();
        StateFields.Require(ref reader, count, FieldCount, "a partition");
        var (group, createdAt) = (new GroupId(reader.ReadUInt64()), new LogIndex(reader.ReadUInt64()));
        var (founders, replicas) = (ReadReplicas(ref reader), ReadReplicas(ref reader));
        var partition = new PartitionInfo(topic, number, group, createdAt, founders, replicas);
        if (count < FieldCountWithMove)
        {
            StateFields.SkipRest(ref reader, count, FieldCount);
            return partition with { AssignedAt = partition.LastPlacedAt };
        }

        partition = partition with
        {
            AssignedAt = new LogIndex(reader.ReadUInt64()),
            Leaving = ReadReplicas(ref reader),
            MovesFrom = ReadBrokerIds(ref reader),
            MovingSince = reader.ReadInt64(),
        };
        StateFields.SkipRest(ref reader, count, FieldCountWithMove);
        return partition;
    }

    private static void WriteReplicas(ref MessagePackWriter writer, ImmutableArray<ReplicaId> replicas)
    {
        writer.WriteArrayHeader(replicas.Length);
        foreach (var replica in replicas)
        {
            WireReplicaId.Write(ref writer, replica);
        }
    }

    private static ImmutableArray<int> ReadBrokerIds(ref MessagePackReader reader)
    {
        var brokers = ImmutableArray.CreateBuilder<int>(reader.ReadArrayHeader());
        while (brokers.Count < brokers.Capacity && reader.Ok)
        {
            brokers.Add(reader.ReadInt32());
        }

        return brokers.ToImmutable();
    }

    private static ImmutableArray<ReplicaId> ReadReplicas(ref MessagePackReader reader)
    {
        var replicas = ImmutableArray.CreateBuilder<ReplicaId>(reader.ReadArrayHeader());
        while (replicas.Count < replicas.Capacity && reader.Ok)
        {
            replicas.Add(WireReplicaId.Read(ref reader));
        }

        return replicas.ToImmutable();
    }
}
