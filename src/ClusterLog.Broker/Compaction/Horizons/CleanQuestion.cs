using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Compaction.Horizons;

/// <summary>
/// How a broker asks another, over the mesh, how far its replicas of some groups are clean. A reader skips fields that it
/// does not know; groups of which the other holds no replica are missing in its answer.
/// <code>
/// request   [4, [group ...]]
/// response  [[[group, brokerId, incarnation, cleanTo] ...]]
/// </code>
/// </summary>
internal static class CleanQuestion
{
    /// <summary>The kind of request between brokers.</summary>
    public const int Kind = 4;

    /// <summary>The most groups in one request.</summary>
    public const int GroupsMax = 500;

    private const int FieldCount = 2;
    private const int AnswerFieldCount = 4;

    public static ReadOnlyMemory<byte> EncodeRequest(IReadOnlyCollection<GroupId> groups)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(FieldCount);
        writer.Write(Kind);
        writer.WriteArrayHeader(groups.Count);
        foreach (var group in groups)
        {
            writer.Write(group.Value);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>The groups that are asked about; null where that cannot be read.</summary>
    public static IReadOnlyList<GroupId>? DecodeRequest(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var count = reader.ReadArrayHeader();
        var kind = reader.ReadInt32();
        var groups = reader.ReadArrayHeader();
        if (!reader.Ok || count < FieldCount || kind != Kind || groups > GroupsMax)
        {
            return null;
        }

        var asked = new GroupId[groups];
        for (var i = 0; i < groups; i++)
        {
            asked[i] = new GroupId(reader.ReadUInt64());
        }

        return reader.Ok ? asked : null;
    }

    public static ReadOnlyMemory<byte> EncodeResponse(IReadOnlyCollection<CleanAnswer> answers)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(answers.Count);
        foreach (var answer in answers)
        {
            writer.WriteArrayHeader(AnswerFieldCount);
            writer.Write(answer.Group.Value);
            writer.Write(answer.Replica.Value);
            writer.Write(answer.Replica.Incarnation);
            writer.Write(answer.CleanTo);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>The answers; none where they cannot be read, as those of an older version, which knows no such question.</summary>
    public static IReadOnlyList<CleanAnswer> DecodeResponse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var count = reader.ReadArrayHeader();
        var answers = reader.ReadArrayHeader();
        if (!reader.Ok || count < 1 || answers > GroupsMax)
        {
            return [];
        }

        var read = new List<CleanAnswer>();
        for (var i = 0; i < answers && reader.Ok; i++)
        {
            var fields = reader.ReadArrayHeader();
            var group = new GroupId(reader.ReadUInt64());
            var replica = new ReplicaId(reader.ReadInt32(), reader.ReadUInt32());
            var cleanTo = reader.ReadInt64();
            for (var field = AnswerFieldCount; field < fields && reader.Ok; field++)
            {
                reader.Skip();
            }

            if (fields >= AnswerFieldCount && cleanTo >= 0)
            {
                read.Add(new CleanAnswer(group, replica, cleanTo));
            }
        }

        return reader.Ok ? read : [];
    }
}
