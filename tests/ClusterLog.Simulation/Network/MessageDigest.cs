using ClusterLog.Raft;

namespace ClusterLog.Simulation.Network;

/// <summary>A message as one number, for the trace.</summary>
internal static class MessageDigest
{
    public static ulong Of(RaftMessage message)
    {
        var (kind, number) = message switch
        {
            AppendRequest append => (1ul, append.PreviousIndex.Value + ((ulong)append.Entries.Count << 24)),
            AppendResponse response => (2ul, (response.Index.Value << 1) + (response.Rejected ? 1ul : 0)),
            HeartbeatRequest heartbeat => (3ul, heartbeat.Commit.Value),
            HeartbeatResponse => (4ul, 0ul),
            PreVoteRequest ask => (5ul, ask.LastIndex.Value),
            PreVoteResponse answer => (6ul, answer.Granted ? 1ul : 0),
            VoteRequest ask => (7ul, ask.LastIndex.Value),
            VoteResponse answer => (8ul, answer.Granted ? 1ul : 0),
            TimeoutNowRequest => (9ul, 0ul),
            _ => (10ul, 0ul),
        };
        return kind ^ (number << 4) ^ (message.Term.Value << 52);
    }
}
