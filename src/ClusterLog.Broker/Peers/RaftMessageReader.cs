using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// Decodes Raft messages. Whatever the bytes are, the result is a message whose entries follow each other without a gap
/// in index and offset, or a failed reader.
/// </summary>
internal static class RaftMessageReader
{
    private const int EntryFieldCount = 7;

    /// <summary>The fields of a message of this type, the type itself counted; 0 for no Raft message.</summary>
    public static int FieldCount(PeerFrameType type) => type switch
    {
        PeerFrameType.PreVoteRequest => 5,
        PeerFrameType.PreVoteResponse => 4,
        PeerFrameType.VoteRequest => 6,
        PeerFrameType.VoteResponse => 4,
        PeerFrameType.AppendRequest => 7,
        PeerFrameType.AppendResponse => 7,
        PeerFrameType.HeartbeatRequest => 4,
        PeerFrameType.HeartbeatResponse => 3,
        PeerFrameType.TimeoutNow => 3,
        _ => 0,
    };

    /// <summary>Reads what follows the type. Payloads are slices of the input.</summary>
    public static RaftMessage Read(
        ref MessagePackReader reader, PeerFrameType type, ReplicaId from, ReplicaId to, out GroupId group)
    {
        group = new GroupId(reader.ReadUInt64());
        var term = new Term(reader.ReadUInt64());
        return type switch
        {
            PeerFrameType.AppendRequest => ReadAppend(ref reader, from, to, term),
            PeerFrameType.AppendResponse => new AppendResponse(
                from, to, term, ReadIndex(ref reader), reader.ReadBoolean(), ReadIndex(ref reader), ReadTerm(ref reader)),
            PeerFrameType.HeartbeatRequest => new HeartbeatRequest(from, to, term, ReadIndex(ref reader)),
            PeerFrameType.HeartbeatResponse => new HeartbeatResponse(from, to, term),
            PeerFrameType.PreVoteRequest => new PreVoteRequest(
                from, to, term, ReadIndex(ref reader), ReadTerm(ref reader)),
            PeerFrameType.PreVoteResponse => new PreVoteResponse(from, to, term, reader.ReadBoolean()),
            PeerFrameType.VoteRequest => new VoteRequest(
                from, to, term, ReadIndex(ref reader), ReadTerm(ref reader), reader.ReadBoolean()),
            PeerFrameType.VoteResponse => new VoteResponse(from, to, term, reader.ReadBoolean()),
            _ => new TimeoutNowRequest(from, to, term),
        };
    }

    private static AppendRequest ReadAppend(ref MessagePackReader reader, ReplicaId from, ReplicaId to, Term term)
    {
        var previous = ReadIndex(ref reader);
        var previousTerm = ReadTerm(ref reader);
        var commit = ReadIndex(ref reader);
        var count = reader.ReadArrayHeader();
        var entries = new List<LogEntry>(Math.Min(count, 1024));
        var (index, offset) = (previous.Value, -1L);
        for (var i = 0; i < count && reader.Ok; i++)
        {
            var entry = ReadEntry(ref reader);
            if (entry.Index.Value != unchecked(++index))
            {
                reader.Fail($"the entry of index {index}", $"index {entry.Index}");
            }
            else if (offset >= 0 && entry.BaseOffset != offset)
            {
                reader.Fail($"base offset {offset} of entry {index}", $"{entry.BaseOffset}");
            }

            offset = entry.NextOffset;
            entries.Add(entry);
        }

        return new AppendRequest(from, to, term, previous, previousTerm, commit, entries);
    }

    private static LogEntry ReadEntry(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (count < EntryFieldCount)
        {
            reader.Fail($"{EntryFieldCount} fields of an entry", $"{count}");
        }

        var index = ReadIndex(ref reader);
        var term = ReadTerm(ref reader);
        var kind = (EntryKind)reader.ReadByte();
        var baseOffset = reader.ReadInt64();
        var offsetCount = reader.ReadInt32();
        var maxTimestamp = reader.ReadInt64();
        var payload = reader.ReadBinary();
        for (var field = EntryFieldCount; field < count && reader.Ok; field++)
        {
            reader.Skip();
        }

        if (reader.Ok && (!Enum.IsDefined(kind) || baseOffset < 0 || offsetCount < 0
            || baseOffset > long.MaxValue - offsetCount || (offsetCount > 0) != (kind == EntryKind.Data)))
        {
            reader.Fail(
                "an entry whose kind and offsets belong together",
                $"kind {(byte)kind} with {offsetCount} offsets from {baseOffset}");
        }

        // Frames with entries are one piece (PeerFrameAssembler), so this is a slice.
        return new LogEntry(index, term, kind, baseOffset, offsetCount, maxTimestamp, payload.First);
    }

    private static LogIndex ReadIndex(ref MessagePackReader reader) => new(reader.ReadUInt64());

    private static Term ReadTerm(ref MessagePackReader reader) => new(reader.ReadUInt64());
}
