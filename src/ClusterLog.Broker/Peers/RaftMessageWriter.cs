using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>Encodes Raft messages; those with entries are put together by <see cref="PeerFrameWriter"/>.</summary>
internal static class RaftMessageWriter
{
    /// <summary>Writes a message that carries no payloads.</summary>
    public static void Write(ref MessagePackWriter writer, GroupId group, RaftMessage message)
    {
        switch (message)
        {
            case HeartbeatRequest request:
                WriteHeader(ref writer, PeerFrameType.HeartbeatRequest, group, message);
                writer.Write(request.Commit.Value);
                writer.Write(request.Round);
                writer.Write(request.Quiet);
                break;
            case HeartbeatResponse response:
                WriteHeader(ref writer, PeerFrameType.HeartbeatResponse, group, message);
                writer.Write(response.Round);
                writer.Write(response.Quiet);
                break;
            case AppendResponse response:
                WriteHeader(ref writer, PeerFrameType.AppendResponse, group, message);
                writer.Write(response.Index.Value);
                writer.Write(response.Rejected);
                writer.Write(response.HintIndex.Value);
                writer.Write(response.HintTerm.Value);
                break;
            case TimeoutNowRequest:
                WriteHeader(ref writer, PeerFrameType.TimeoutNow, group, message);
                break;
            case ReadIndexRequest request:
                WriteHeader(ref writer, PeerFrameType.ReadIndexRequest, group, message);
                writer.Write(request.Context);
                break;
            case ReadIndexResponse response:
                WriteHeader(ref writer, PeerFrameType.ReadIndexResponse, group, message);
                writer.Write(response.Context);
                writer.Write(response.Index.Value);
                writer.Write(response.Refused);
                break;
            default:
                WriteElection(ref writer, group, message);
                break;
        }
    }

    /// <summary>Writes the fields with which every Raft message begins.</summary>
    public static void WriteHeader(ref MessagePackWriter writer, PeerFrameType type, GroupId group, RaftMessage message)
    {
        writer.WriteArrayHeader(RaftMessageReader.FieldCount(type));
        writer.Write((byte)type);
        writer.Write(group.Value);
        writer.Write(message.From.Incarnation);
        writer.Write(message.To.Incarnation);
        writer.Write(message.Term.Value);
    }

    /// <summary>Writes an entry up to its payload, which the caller writes.</summary>
    public static void WriteEntryHeader(ref MessagePackWriter writer, LogEntry entry)
    {
        writer.WriteArrayHeader(7);
        writer.Write(entry.Index.Value);
        writer.Write(entry.Term.Value);
        writer.Write((byte)entry.Kind);
        writer.Write(entry.BaseOffset);
        writer.Write(entry.OffsetCount);
        writer.Write(entry.MaxTimestamp);
    }

    private static void WriteElection(ref MessagePackWriter writer, GroupId group, RaftMessage message)
    {
        switch (message)
        {
            case PreVoteRequest request:
                WriteHeader(ref writer, PeerFrameType.PreVoteRequest, group, message);
                writer.Write(request.LastIndex.Value);
                writer.Write(request.LastTerm.Value);
                break;
            case PreVoteResponse response:
                WriteHeader(ref writer, PeerFrameType.PreVoteResponse, group, message);
                writer.Write(response.Granted);
                break;
            case VoteRequest request:
                WriteHeader(ref writer, PeerFrameType.VoteRequest, group, message);
                writer.Write(request.LastIndex.Value);
                writer.Write(request.LastTerm.Value);
                writer.Write(request.IsTransfer);
                break;
            case VoteResponse response:
                WriteHeader(ref writer, PeerFrameType.VoteResponse, group, message);
                writer.Write(response.Granted);
                break;
            default:
                throw new ArgumentException($"No frame carries {message.GetType().Name}.", nameof(message));
        }
    }
}
