using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// Decodes frames; layouts: <see cref="PeerFrameType"/>. Pure: whatever the bytes are, the result is a content or an
/// error in words.
/// </summary>
internal static class PeerFrameReader
{
    /// <summary>Reads one frame, its length not included; null with the error in words where it cannot be read.</summary>
    /// <param name="frame">The bytes; in one piece when the frame carries payloads, which become slices of it.</param>
    /// <param name="from">The sender of a Raft message.</param>
    /// <param name="to">The receiver of a Raft message.</param>
    /// <param name="group">The group of a Raft message.</param>
    public static object? Read(
        in ReadOnlySequence<byte> frame, ReplicaId from, ReplicaId to, out GroupId group, out string? error)
    {
        group = default;
        var reader = new MessagePackReader(frame);
        var count = reader.ReadArrayHeader();
        var type = (PeerFrameType)reader.ReadByte();
        var hasType = reader.Ok;
        var raftFields = RaftMessageReader.FieldCount(type);
        var known = raftFields > 0 ? raftFields : FieldCount(type);
        if (reader.Ok && known == 0)
        {
            reader.Fail("a known type of frame", $"type {(byte)type}");
        }
        else if (reader.Ok && count < known)
        {
            reader.Fail($"{known} fields of a frame of type {(byte)type}", $"{count}");
        }

        object? content = null;
        if (reader.Ok)
        {
            content = raftFields > 0
                ? RaftMessageReader.Read(ref reader, type, from, to, out group)
                : ReadBody(ref reader, type);
        }

        for (var field = known; field < count && reader.Ok; field++)
        {
            reader.Skip();
        }

        if (reader.Ok && !reader.End)
        {
            reader.Fail("the end of the frame", $"{reader.Remaining} more bytes");
        }

        error = reader.Ok ? null : hasType ? $"{type}: {reader.Error}" : reader.Error;
        return error is null ? content : null;
    }

    private static int FieldCount(PeerFrameType type) => type switch
    {
        PeerFrameType.Hello => 6,
        PeerFrameType.Refused => 2,
        PeerFrameType.Ping => 1,
        PeerFrameType.Leaders => 2,
        PeerFrameType.Request => 3,
        PeerFrameType.Response => 4,
        _ => 0,
    };

    private static object ReadBody(ref MessagePackReader reader, PeerFrameType type) => type switch
    {
        PeerFrameType.Hello => new PeerHello(
            reader.ReadInt32(), reader.ReadString(), reader.ReadString(), reader.ReadInt32(), reader.ReadUInt64()),
        PeerFrameType.Refused => new PeerRefused(reader.ReadString()),
        PeerFrameType.Leaders => new PeerLeaders(ReadLeaders(ref reader)),
        // Frames with bodies are one piece (PeerFrameAssembler), so these are slices.
        PeerFrameType.Request => new PeerRequest(reader.ReadUInt32(), reader.ReadBinary().First),
        PeerFrameType.Response => new PeerResponse(
            reader.ReadUInt32(), reader.ReadStringOrNil(), reader.ReadBinary().First),
        _ => PeerPing.Instance,
    };

    private static List<LeaderAnnouncement> ReadLeaders(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        var leaders = new List<LeaderAnnouncement>(Math.Min(count, 4096));
        for (var i = 0; i < count && reader.Ok; i++)
        {
            var fields = reader.ReadArrayHeader();
            if (fields < 3)
            {
                reader.Fail("3 fields of a leader announcement", $"{fields}");
            }

            leaders.Add(new LeaderAnnouncement(
                new GroupId(reader.ReadUInt64()), new Term(reader.ReadUInt64()), new ReplicaId(reader.ReadInt32())));
            for (var field = 3; field < fields && reader.Ok; field++)
            {
                reader.Skip();
            }
        }

        return leaders;
    }
}
