using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>Decodes the frames that are no Raft messages; for those see <see cref="RaftMessageReader"/>.</summary>
internal static class PeerFrameReader
{
    /// <summary>Reads what follows the type of a frame; null with the error in words where it cannot be read.</summary>
    public static object? ReadControl(ref MessagePackReader reader, PeerFrameType type, int count, out string? error)
    {
        var known = FieldCount(type);
        if (known == 0)
        {
            error = "no such type is known";
            return null;
        }

        if (count < known)
        {
            error = $"expected {known} fields, found {count}";
            return null;
        }

        var content = ReadBody(ref reader, type);
        error = Finish(ref reader, count, known);
        return error is null ? content : null;
    }

    /// <summary>Skips the fields that are not known; returns why the frame cannot be read, or null.</summary>
    public static string? Finish(ref MessagePackReader reader, int count, int known)
    {
        for (var field = known; field < count && reader.Ok; field++)
        {
            reader.Skip();
        }

        return reader.Error ?? (reader.End ? null : $"{reader.Remaining} bytes follow its end");
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
