using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>Encodes Raft messages; those with entries are put together by <see cref="PeerFrameWriter"/>.</summary>
internal static class RaftMessageWriter
{
    /// <summary>Writes a message that carries no entries.</summary>
    public static void Write(ref MessagePackWriter writer, GroupId group, RaftMessage message)
    {
        switch (message)
        {
            case HeartbeatRequest request:
                WriteHeader(ref writer, 4, PeerFrameType.HeartbeatRequest, group, message.Term);
                writer.Write(request.Commit.Value);
                break;
            case HeartbeatResponse:
                WriteHeader(ref writer, 3, PeerFrameType.HeartbeatResponse, group, message.Term);
                break;
            case AppendResponse response:
                WriteHeader(ref writer, 7, PeerFrameType.AppendResponse, group, message.Term);
                writer.Write(response.Index.Value);
                writer.Write(response.Rejected);
                writer.Write(response.HintIndex.Value);
                writer.Write(response.HintTerm.Value);
                break;
            case TimeoutNowRequest:
                WriteHeader(ref writer, 3, PeerFrameType.TimeoutNow, group, message.Term);
                break;
            default:
                WriteElection(ref writer, group, message);
                break;
        }
    }

    /// <summary>Writes the fields with which every Raft message begins.</summary>
    public static void WriteHeader(
        ref MessagePackWriter writer, int count, PeerFrameType type, GroupId group, Term term)
    {
        writer.WriteArrayHeader(count);
        writer.Write((byte)type);
        writer.Write(group.Value);
        writer.Write(term.Value);
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
                WriteHeader(ref writer, 5, PeerFrameType.PreVoteRequest, group, message.Term);
                writer.Write(request.LastIndex.Value);
                writer.Write(request.LastTerm.Value);
                break;
            case PreVoteResponse response:
                WriteHeader(ref writer, 4, PeerFrameType.PreVoteResponse, group, message.Term);
                writer.Write(response.Granted);
                break;
            case VoteRequest request:
                WriteHeader(ref writer, 6, PeerFrameType.VoteRequest, group, message.Term);
                writer.Write(request.LastIndex.Value);
                writer.Write(request.LastTerm.Value);
                writer.Write(request.IsTransfer);
                break;
            case VoteResponse response:
                WriteHeader(ref writer, 4, PeerFrameType.VoteResponse, group, message.Term);
                writer.Write(response.Granted);
                break;
            default:
                throw new ArgumentException($"No frame carries {message.GetType().Name}.", nameof(message));
        }
    }
}
