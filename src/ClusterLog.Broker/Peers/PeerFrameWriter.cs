using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// Encodes frames, one at a time, into a reused buffer and from there to the output; payloads are copied once, from the
/// entry to the output. Layouts: <see cref="PeerFrameType"/>. Not thread safe.
/// </summary>
internal sealed class PeerFrameWriter : IDisposable
{
    /// <summary>What a frame takes at most beside payloads, texts and lists.</summary>
    public const int FixedBytesMax = 96;

    private const int LeaderBytesMax = 24;

    // To note a payload's place costs more than to copy so few bytes twice.
    private const int InlinePayloadBytesMax = 512;

    private readonly FrameBuffer _frame = new();

    /// <summary>An upper bound of what a frame takes on the wire, cheap to tell: budgets are kept by it.</summary>
    public static long SizeBound(object content) => content switch
    {
        AppendRequest append => SizeBound(append),
        InstallSnapshotRequest install => SizeBound(install.Snapshot),
        PeerLeaders leaders => FixedBytesMax + ((long)LeaderBytesMax * leaders.Leaders.Count),
        PeerRequest request => FixedBytesMax + (long)request.Body.Length,
        PeerResponse response => FixedBytesMax + (long)response.Body.Length + (3L * (response.Error?.Length ?? 0)),
        _ => FixedBytesMax,
    };

    /// <summary>Writes one frame with its length; returns the bytes written.</summary>
    public long Write(IBufferWriter<byte> output, GroupId group, object content)
    {
        _frame.Reset();
        var writer = new MessagePackWriter(_frame);
        switch (content)
        {
            case AppendRequest append:
                WriteAppend(ref writer, group, append);
                break;
            case InstallSnapshotRequest install:
                WriteInstallSnapshot(ref writer, group, install);
                break;
            case RaftMessage message:
                RaftMessageWriter.Write(ref writer, group, message);
                break;
            default:
                WriteControl(ref writer, content);
                break;
        }

        writer.Flush();
        FrameWriter.Write(output, _frame);
        return FrameReader.PrefixBytes + _frame.Length;
    }

    public void Dispose() => _frame.Dispose();

    private static long SizeBound(AppendRequest append)
    {
        long size = FixedBytesMax;
        for (var i = 0; i < append.Entries.Count; i++)
        {
            size += LogEntry.OverheadBytes + append.Entries[i].Payload.Length;
        }

        return size;
    }

    private static long SizeBound(RaftSnapshot snapshot) =>
        FixedBytesMax + (long)snapshot.State.Length
        + (snapshot.Configuration is { } logged ? ConfigurationCodec.Write(logged.Value).Length : 0);

    private void WriteAppend(ref MessagePackWriter writer, GroupId group, AppendRequest append)
    {
        RaftMessageWriter.WriteHeader(ref writer, PeerFrameType.AppendRequest, group, append);
        writer.Write(append.PreviousIndex.Value);
        writer.Write(append.PreviousTerm.Value);
        writer.Write(append.Commit.Value);
        writer.WriteArrayHeader(append.Entries.Count);
        for (var i = 0; i < append.Entries.Count; i++)
        {
            var entry = append.Entries[i];
            RaftMessageWriter.WriteEntryHeader(ref writer, entry);
            WriteBody(ref writer, entry.Payload);
        }
    }

    private void WriteInstallSnapshot(ref MessagePackWriter writer, GroupId group, InstallSnapshotRequest install)
    {
        var snapshot = install.Snapshot;
        RaftMessageWriter.WriteHeader(ref writer, PeerFrameType.InstallSnapshot, group, install);
        writer.Write(snapshot.Index.Value);
        writer.Write(snapshot.Term.Value);
        writer.Write(snapshot.NextOffset);
        if (snapshot.Configuration is { } logged)
        {
            writer.WriteArrayHeader(2);
            writer.Write(logged.Index.Value);
            writer.WriteBinary(ConfigurationCodec.Write(logged.Value));
        }
        else
        {
            writer.WriteNil();
        }

        WriteBody(ref writer, snapshot.State);
    }

    private void WriteControl(ref MessagePackWriter writer, object content)
    {
        switch (content)
        {
            case PeerPing:
                WriteHeader(ref writer, 1, PeerFrameType.Ping);
                break;
            case PeerLeaders leaders:
                WriteLeaders(ref writer, leaders.Leaders);
                break;
            case PeerRequest request:
                WriteHeader(ref writer, 3, PeerFrameType.Request);
                writer.Write(request.CorrelationId);
                WriteBody(ref writer, request.Body);
                break;
            case PeerResponse response:
                WriteHeader(ref writer, 4, PeerFrameType.Response);
                writer.Write(response.CorrelationId);
                writer.Write(response.Error);
                WriteBody(ref writer, response.Body);
                break;
            case PeerHello hello:
                WriteHello(ref writer, hello);
                break;
            case PeerRefused refused:
                WriteHeader(ref writer, 2, PeerFrameType.Refused);
                writer.Write(refused.Reason);
                break;
            default:
                throw new ArgumentException($"No frame carries {content.GetType().Name}.", nameof(content));
        }
    }

    private static void WriteLeaders(ref MessagePackWriter writer, IReadOnlyList<LeaderAnnouncement> leaders)
    {
        WriteHeader(ref writer, 2, PeerFrameType.Leaders);
        writer.WriteArrayHeader(leaders.Count);
        foreach (var leader in leaders)
        {
            writer.WriteArrayHeader(3);
            writer.Write(leader.Group.Value);
            writer.Write(leader.Term.Value);
            writer.Write(leader.Leader.Value);
        }
    }

    private static void WriteHello(ref MessagePackWriter writer, PeerHello hello)
    {
        WriteHeader(ref writer, 6, PeerFrameType.Hello);
        writer.Write(hello.ProtocolVersion);
        writer.Write(hello.ClusterName);
        writer.Write(hello.MemberIds);
        writer.Write(hello.BrokerId);
        writer.Write(hello.Incarnation);
    }

    private static void WriteHeader(ref MessagePackWriter writer, int count, PeerFrameType type)
    {
        writer.WriteArrayHeader(count);
        writer.Write((byte)type);
    }

    private void WriteBody(ref MessagePackWriter writer, ReadOnlyMemory<byte> body)
    {
        if (body.Length <= InlinePayloadBytesMax)
        {
            writer.WriteBinary(body.Span);
            return;
        }

        writer.WriteBinaryHeader(body.Length);
        writer.Flush();
        _frame.AppendBulk(new ReadOnlySequence<byte>(body));
    }
}
