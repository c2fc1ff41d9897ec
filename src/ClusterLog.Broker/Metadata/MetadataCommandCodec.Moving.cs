using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <content>
/// Commands about partitions that move, and topics that grow.
/// <code>
/// 30 ReachAssignment     [30, group, assignedAt]
/// 31 CancelMove          [31, group]
/// 32 AddPartitions       [32, name, partitionCount, [[brokerId ...] ...]]
/// 33 SetReplicaCount     [33, name, replicaCount]
/// 34 SetRebalancing      [34, isOn]
/// </code>
/// </content>
internal static partial class MetadataCommandCodec
{
    private const int ReachAssignment = 30;
    private const int CancelMove = 31;
    private const int AddPartitions = 32;
    private const int SetReplicaCount = 33;
    private const int SetRebalancing = 34;

    private static void WriteMoving(ref MessagePackWriter writer, MetadataCommand command)
    {
        switch (command)
        {
            case ReachAssignmentCommand reach:
                WriteHeader(ref writer, ReachAssignment);
                writer.Write(reach.Group.Value);
                writer.Write(reach.AssignedAt.Value);
                break;
            case CancelMoveCommand cancel:
                WriteHeader(ref writer, CancelMove);
                writer.Write(cancel.Group.Value);
                break;
            case AddPartitionsCommand add:
                WriteHeader(ref writer, AddPartitions);
                writer.Write(add.Name);
                writer.Write(add.PartitionCount);
                writer.WriteArrayHeader(add.Placement.Length);
                foreach (var brokers in add.Placement)
                {
                    WriteBrokers(ref writer, brokers);
                }

                break;
            case SetReplicaCountCommand set:
                WriteHeader(ref writer, SetReplicaCount);
                writer.Write(set.Name);
                writer.Write(set.ReplicaCount);
                break;
            case SetRebalancingCommand rebalance:
                WriteHeader(ref writer, SetRebalancing);
                writer.Write(rebalance.IsOn);
                break;
            default:
                throw new ArgumentException($"No layout for {command.GetType().Name}.", nameof(command));
        }
    }

    private static void WriteHeader(ref MessagePackWriter writer, int kind)
    {
        writer.WriteArrayHeader(MovingFieldCount(kind));
        writer.Write(kind);
    }

    private static int MovingFieldCount(int kind) => kind switch
    {
        ReachAssignment => 3,
        CancelMove => 2,
        AddPartitions => 4,
        SetReplicaCount => 3,
        SetRebalancing => 2,
        _ => 0,
    };

    private static MetadataCommand ReadMoving(ref MessagePackReader reader, int kind) => kind switch
    {
        ReachAssignment => new ReachAssignmentCommand(
            new GroupId(reader.ReadUInt64()), new LogIndex(reader.ReadUInt64())),
        CancelMove => new CancelMoveCommand(new GroupId(reader.ReadUInt64())),
        AddPartitions => new AddPartitionsCommand(reader.ReadString(), reader.ReadInt32(), ReadPlacement(ref reader)),
        SetReplicaCount => new SetReplicaCountCommand(reader.ReadString(), reader.ReadInt32()),
        _ => new SetRebalancingCommand(reader.ReadBoolean()),
    };

    private static void WriteAssign(ref MessagePackWriter writer, AssignReplicasCommand assign)
    {
        var isLong = assign.Expected != LogIndex.Zero || assign.AskedAt != 0;
        writer.WriteArrayHeader(isLong ? 5 : 3);
        writer.Write(AssignReplicas);
        writer.Write(assign.Group.Value);
        WriteBrokers(ref writer, assign.Brokers);
        if (isLong)
        {
            writer.Write(assign.Expected.Value);
            writer.Write(assign.AskedAt);
        }
    }
}
