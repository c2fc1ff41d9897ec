using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// Decodes Raft messages. Whatever the bytes are, the result is a message whose entries follow each other without a gap
/// in index and offset, or a failed reader.
/// </summary>
internal static class RaftMessageReader
{
    // Type, group, the two incarnations, term.
    private const int HeaderFieldCount = 5;
    private const int EntryFieldCount = 7;
    private const int ConfigurationFieldCount = 2;

    /// <summary>The fields of a message of this type, the type itself counted; 0 for no Raft message.</summary>
    public static int FieldCount(PeerFrameType type) => HeaderFieldCount + type switch
    {
        PeerFrameType.PreVoteRequest => 2,
        PeerFrameType.PreVoteResponse => 1,
        PeerFrameType.VoteRequest => 3,
        PeerFrameType.VoteResponse => 1,
        PeerFrameType.AppendRequest => 4,
        PeerFrameType.AppendResponse => 4,
        PeerFrameType.HeartbeatRequest => 3,
        PeerFrameType.HeartbeatResponse => 2,
        PeerFrameType.TimeoutNow => 0,
        PeerFrameType.InstallSnapshot => 5,
        PeerFrameType.ReadIndexRequest => 1,
        PeerFrameType.ReadIndexResponse => 3,
        _ => -HeaderFieldCount,
    };

    /// <summary>Reads what follows the type. The payloads of data are slices of the input.</summary>
    /// <param name="sender">The broker at the other end; the message says which of its replicas it is from.</param>
    /// <param name="receiver">This broker; the message says which of its replicas it is for.</param>
    public static RaftMessage Read(
        ref MessagePackReader reader, PeerFrameType type, ReplicaId sender, ReplicaId receiver, out GroupId group)
    {
        group = new GroupId(reader.ReadUInt64());
        var from = sender with { Incarnation = reader.ReadUInt32() };
        var to = receiver with { Incarnation = reader.ReadUInt32() };
        var term = new Term(reader.ReadUInt64());
        return type switch
        {
            PeerFrameType.AppendRequest => ReadAppend(ref reader, from, to, term),
            PeerFrameType.AppendResponse => new AppendResponse(
                from, to, term, ReadIndex(ref reader), reader.ReadBoolean(), ReadIndex(ref reader), ReadTerm(ref reader)),
            PeerFrameType.HeartbeatRequest => new HeartbeatRequest(
                from, to, term, ReadIndex(ref reader), reader.ReadUInt64(), reader.ReadBoolean()),
            PeerFrameType.HeartbeatResponse => new HeartbeatResponse(
                from, to, term, reader.ReadUInt64(), reader.ReadBoolean()),
            PeerFrameType.ReadIndexRequest => new ReadIndexRequest(from, to, term, reader.ReadUInt64()),
            PeerFrameType.ReadIndexResponse => new ReadIndexResponse(
                from, to, term, reader.ReadUInt64(), ReadIndex(ref reader), reader.ReadBoolean()),
            PeerFrameType.InstallSnapshot => ReadInstallSnapshot(ref reader, from, to, term),
            _ => ReadElection(ref reader, type, from, to, term),
        };
    }

    private static RaftMessage ReadElection(
        ref MessagePackReader reader, PeerFrameType type, ReplicaId from, ReplicaId to, Term term) => type switch
        {
            PeerFrameType.PreVoteRequest => new PreVoteRequest(
                from, to, term, ReadIndex(ref reader), ReadTerm(ref reader)),
            PeerFrameType.PreVoteResponse => new PreVoteResponse(from, to, term, reader.ReadBoolean()),
            PeerFrameType.VoteRequest => new VoteRequest(
                from, to, term, ReadIndex(ref reader), ReadTerm(ref reader), reader.ReadBoolean()),
            PeerFrameType.VoteResponse => new VoteResponse(from, to, term, reader.ReadBoolean()),
            _ => new TimeoutNowRequest(from, to, term),
        };

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

    private static InstallSnapshotRequest ReadInstallSnapshot(
        ref MessagePackReader reader, ReplicaId from, ReplicaId to, Term term)
    {
        var (index, snapshotTerm, nextOffset) = (ReadIndex(ref reader), ReadTerm(ref reader), reader.ReadInt64());
        var configuration = reader.TryReadNil() ? null : ReadConfiguration(ref reader);
        var isPossible = nextOffset >= 0 && index > LogIndex.Zero && snapshotTerm > Term.Zero && snapshotTerm <= term
            && (configuration is null || configuration.Index <= index);
        if (reader.Ok && !isPossible)
        {
            reader.Fail(
                "a snapshot whose index, terms and offset belong together",
                $"index {index} of term {snapshotTerm} in a message of term {term}, offset {nextOffset}, "
                + $"configuration of index {configuration?.Index.ToString() ?? "none"}");
        }

        // Frames with a state are one piece (PeerFrameAssembler), so this is a slice.
        var state = reader.ReadBinary().First;
        return new InstallSnapshotRequest(
            from, to, term, new RaftSnapshot(index, snapshotTerm, nextOffset, configuration, state));
    }

    private static LoggedConfiguration? ReadConfiguration(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (reader.Ok && count < ConfigurationFieldCount)
        {
            reader.Fail($"{ConfigurationFieldCount} fields of a configuration", $"{count}");
        }

        var (index, bytes) = (ReadIndex(ref reader), reader.ReadBinary());
        for (var field = ConfigurationFieldCount; field < count && reader.Ok; field++)
        {
            reader.Skip();
        }

        if (!reader.Ok)
        {
            return null;
        }

        if (!ConfigurationCodec.TryRead(bytes.FirstSpan, out var configuration, out var error))
        {
            reader.Fail("a configuration", error);
            return null;
        }

        return new LoggedConfiguration(index, configuration);
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

        // Frames with entries are one piece (PeerFrameAssembler), so this is a slice. What is not data is small, and whoever
        // applies it may keep parts of it: it gets memory of its own.
        var bytes = kind == EntryKind.Data ? payload.First : payload.ToArray();
        return new LogEntry(index, term, kind, baseOffset, offsetCount, maxTimestamp, bytes);
    }

    private static LogIndex ReadIndex(ref MessagePackReader reader) => new(reader.ReadUInt64());

    private static Term ReadTerm(ref MessagePackReader reader) => new(reader.ReadUInt64());
}
