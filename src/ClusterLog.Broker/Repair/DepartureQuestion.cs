using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Repair;

/// <summary>
/// How a broker asks another, over the mesh, whether a replica of its own is out of its group. A reader skips fields
/// that it does not know.
/// <code>
/// request   [3, group, brokerId, incarnation]
/// response  [isOut]                            true only from the group's leader, once that is committed
/// </code>
/// </summary>
internal static class DepartureQuestion
{
    /// <summary>The kind of request between brokers.</summary>
    public const int Kind = 3;

    private const int FieldCount = 4;

    public static ReadOnlyMemory<byte> EncodeRequest(GroupId group, ReplicaId replica)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(FieldCount);
        writer.Write(Kind);
        writer.Write(group.Value);
        writer.Write(replica.Value);
        writer.Write(replica.Incarnation);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Which replica is meant; null where that cannot be read.</summary>
    public static (GroupId Group, ReplicaId Replica)? DecodeRequest(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var count = reader.ReadArrayHeader();
        var kind = reader.ReadInt32();
        var group = new GroupId(reader.ReadUInt64());
        var replica = new ReplicaId(reader.ReadInt32(), reader.ReadUInt32());
        return reader.Ok && count >= FieldCount && kind == Kind ? (group, replica) : null;
    }

    public static ReadOnlyMemory<byte> EncodeResponse(bool isOut)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(1);
        writer.Write(isOut);
        writer.Flush();
        return output.WrittenMemory;
    }

    public static bool DecodeResponse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        return reader.ReadArrayHeader() >= 1 && reader.ReadBoolean() && reader.Ok;
    }
}
