using System.Buffers;
using System.Collections.Immutable;
using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// The commands as MessagePack arrays that begin with their kind. They stand in logs for ever: never reuse a kind,
/// append fields only at the end. A reader skips fields that it does not know.
/// <code>
/// 1 RegisterBroker       [1, brokerId, clientHost, clientPort, peerAddress, httpAddress, version, directoryId, rack?]
///                        rack: absent where it is empty
/// 2 CreateTopic          [2, name, partitionCount, replicaCount, creationId, [[brokerId ...] ...], config?]
///                        config: <see cref="TopicConfigCodec"/>; absent where it is the default
/// 3 DeleteTopic          [3, name]
/// 4 AllocateProducerIds  [4, count]
/// 5 AssignReplicas       [5, group, [brokerId ...], expected?, askedAt?]     the last two or none of them
/// 6 ReplaceReplica       [6, group, brokerId, incarnation, directoryId]
/// 7 AlterTopic           [7, name, change]     change: <see cref="TopicConfigCodec"/>, nil for what stays
/// 20 SetBrokerState      [20, brokerId, state]
/// 21 RemoveBroker        [21, brokerId]
/// 30 to 34: about moves, in MetadataCommandCodec.Moving.cs
/// </code>
/// </summary>
internal static partial class MetadataCommandCodec
{
    private const int RegisterBroker = 1;
    private const int CreateTopic = 2;
    private const int DeleteTopic = 3;
    private const int AllocateProducerIds = 4;
    private const int AssignReplicas = 5;
    private const int ReplaceReplica = 6;
    private const int AlterTopic = 7;
    private const int SetBrokerState = 20;
    private const int RemoveBroker = 21;

    /// <summary>Encodes a command.</summary>
    public static ReadOnlyMemory<byte> Encode(MetadataCommand command)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        Write(ref writer, command);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Decodes a command; null with the reason in words where the bytes are none that this version knows.</summary>
    public static MetadataCommand? Decode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        var reader = new MessagePackReader(bytes);
        var command = Read(ref reader);
        error = reader.Error;
        return reader.Ok ? command : null;
    }

    /// <summary>Writes a command as one MessagePack value.</summary>
    public static void Write(ref MessagePackWriter writer, MetadataCommand command)
    {
        switch (command)
        {
            case RegisterBrokerCommand register:
                WriteRegisterBroker(ref writer, register.Broker);
                break;
            case CreateTopicCommand create:
                WriteCreateTopic(ref writer, create);
                break;
            case DeleteTopicCommand delete:
                writer.WriteArrayHeader(2);
                writer.Write(DeleteTopic);
                writer.Write(delete.Name);
                break;
            case AllocateProducerIdsCommand allocate:
                writer.WriteArrayHeader(2);
                writer.Write(AllocateProducerIds);
                writer.Write(allocate.Count);
                break;
            case AssignReplicasCommand assign:
                WriteAssign(ref writer, assign);
                break;
            case ReplaceReplicaCommand replace:
                writer.WriteArrayHeader(5);
                writer.Write(ReplaceReplica);
                writer.Write(replace.Group.Value);
                writer.Write(replace.Lost.Value);
                writer.Write(replace.Lost.Incarnation);
                writer.Write(replace.DirectoryId);
                break;
            case AlterTopicCommand alter:
                writer.WriteArrayHeader(3);
                writer.Write(AlterTopic);
                writer.Write(alter.Name);
                TopicConfigCodec.Write(ref writer, alter.Change);
                break;
            case SetBrokerStateCommand or RemoveBrokerCommand:
                WriteBrokerCommand(ref writer, command);
                break;
            default:
                WriteMoving(ref writer, command);
                break;
        }
    }

    /// <summary>Reads a command; null, and a failed reader, where there is none.</summary>
    public static MetadataCommand? Read(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        var kind = reader.ReadInt32();
        if (!reader.Ok)
        {
            return null;
        }

        var known = FieldCount(kind);
        if (known == 0)
        {
            reader.Fail("a metadata command of a known kind", $"kind {kind}");
            return null;
        }

        if (count < known)
        {
            reader.Fail($"{known} fields of a metadata command of kind {kind}", $"{count}");
            return null;
        }

        var command = ReadBody(ref reader, kind);
        if (command is CreateTopicCommand create && count > known)
        {
            command = create with { Config = TopicConfigCodec.Read(ref reader) };
            known++;
        }
        else if (command is RegisterBrokerCommand register && count > known)
        {
            command = new RegisterBrokerCommand(register.Broker with { Rack = reader.ReadString() });
            known++;
        }
        else if (command is AssignReplicasCommand assign && count >= known + 2)
        {
            command = assign with { Expected = new LogIndex(reader.ReadUInt64()), AskedAt = reader.ReadInt64() };
            known += 2;
        }

        for (var field = known; field < count && reader.Ok; field++)
        {
            reader.Skip();
        }

        return reader.Ok ? command : null;
    }

    private static int FieldCount(int kind) => kind switch
    {
        RegisterBroker => 8,
        CreateTopic => 6,
        DeleteTopic => 2,
        AllocateProducerIds => 2,
        AssignReplicas => 3,
        ReplaceReplica => 5,
        AlterTopic => 3,
        SetBrokerState => 3,
        RemoveBroker => 2,
        _ => MovingFieldCount(kind),
    };

    private static MetadataCommand ReadBody(ref MessagePackReader reader, int kind) => kind switch
    {
        RegisterBroker => new RegisterBrokerCommand(new BrokerInfo(
            reader.ReadInt32(),
            reader.ReadString(),
            reader.ReadInt32(),
            reader.ReadString(),
            reader.ReadString(),
            reader.ReadString(),
            reader.ReadInt64())),
        CreateTopic => new CreateTopicCommand(
            reader.ReadString(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64(), ReadPlacement(ref reader)),
        DeleteTopic => new DeleteTopicCommand(reader.ReadString()),
        AssignReplicas => new AssignReplicasCommand(new GroupId(reader.ReadUInt64()), ReadBrokers(ref reader)),
        >= ReachAssignment => ReadMoving(ref reader, kind),
        ReplaceReplica => new ReplaceReplicaCommand(
            new GroupId(reader.ReadUInt64()), new ReplicaId(reader.ReadInt32(), reader.ReadUInt32()), reader.ReadInt64()),
        AlterTopic => new AlterTopicCommand(reader.ReadString(), TopicConfigCodec.ReadChange(ref reader)),
        SetBrokerState => new SetBrokerStateCommand(reader.ReadInt32(), (BrokerState)reader.ReadInt32()),
        RemoveBroker => new RemoveBrokerCommand(reader.ReadInt32()),
        _ => new AllocateProducerIdsCommand(reader.ReadInt32()),
    };

    private static void WriteBrokerCommand(ref MessagePackWriter writer, MetadataCommand command)
    {
        if (command is SetBrokerStateCommand set)
        {
            writer.WriteArrayHeader(3);
            writer.Write(SetBrokerState);
            writer.Write(set.BrokerId);
            writer.Write((int)set.State);
        }
        else if (command is RemoveBrokerCommand remove)
        {
            writer.WriteArrayHeader(2);
            writer.Write(RemoveBroker);
            writer.Write(remove.BrokerId);
        }
    }

    private static void WriteRegisterBroker(ref MessagePackWriter writer, BrokerInfo broker)
    {
        writer.WriteArrayHeader(broker.Rack.Length > 0 ? 9 : 8);
        writer.Write(RegisterBroker);
        writer.Write(broker.BrokerId);
        writer.Write(broker.ClientHost);
        writer.Write(broker.ClientPort);
        writer.Write(broker.PeerAddress);
        writer.Write(broker.HttpAddress);
        writer.Write(broker.Version);
        writer.Write(broker.DirectoryId);
        if (broker.Rack.Length > 0)
        {
            writer.Write(broker.Rack);
        }
    }

    private static void WriteCreateTopic(ref MessagePackWriter writer, CreateTopicCommand create)
    {
        var hasConfig = create.Config != TopicConfig.Default;
        writer.WriteArrayHeader(hasConfig ? 7 : 6);
        writer.Write(CreateTopic);
        writer.Write(create.Name);
        writer.Write(create.PartitionCount);
        writer.Write(create.ReplicaCount);
        writer.Write(create.CreationId);
        writer.WriteArrayHeader(create.Placement.Length);
        foreach (var replicas in create.Placement)
        {
            WriteBrokers(ref writer, replicas);
        }

        if (hasConfig)
        {
            TopicConfigCodec.Write(ref writer, create.Config);
        }
    }

    private static void WriteBrokers(ref MessagePackWriter writer, ImmutableArray<int> brokers)
    {
        writer.WriteArrayHeader(brokers.Length);
        foreach (var broker in brokers)
        {
            writer.Write(broker);
        }
    }

    private static ImmutableArray<ImmutableArray<int>> ReadPlacement(ref MessagePackReader reader)
    {
        // A header that announces more elements than bytes are left has failed the reader: the counts are safe to size by.
        var partitions = ImmutableArray.CreateBuilder<ImmutableArray<int>>(reader.ReadArrayHeader());
        for (var partition = 0; partition < partitions.Capacity && reader.Ok; partition++)
        {
            partitions.Add(ReadBrokers(ref reader));
        }

        return partitions.ToImmutable();
    }

    private static ImmutableArray<int> ReadBrokers(ref MessagePackReader reader)
    {
        var brokers = ImmutableArray.CreateBuilder<int>(reader.ReadArrayHeader());
        for (var broker = 0; broker < brokers.Capacity && reader.Ok; broker++)
        {
            brokers.Add(reader.ReadInt32());
        }

        return brokers.ToImmutable();
    }
}
