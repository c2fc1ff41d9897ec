namespace ClusterLog.Broker.Peers;

/// <summary>
/// The frames between brokers. Each is a length (u32, little-endian, itself not counted) and a MessagePack array whose
/// first element is the type. A reader skips fields that it does not know; fewer than it knows are malformed, and so is
/// an unknown type: versions of the protocol are told apart by Hello.
/// <code>
///  0 Hello            [0, protocolVersion, clusterName, memberIds "1,2,3", brokerId, incarnation]
///  1 Refused          [1, reason]
///  2 Ping             [2]
///  3 Leaders          [3, [[group, term, leader] ...]]
///  4 Request          [4, correlationId, body bin]
///  5 Response         [5, correlationId, error str|nil, body bin]
/// 16 PreVoteRequest   [16, raft.., lastIndex, lastTerm]
/// 17 PreVoteResponse  [17, raft.., granted]
/// 18 VoteRequest      [18, raft.., lastIndex, lastTerm, isTransfer]
/// 19 VoteResponse     [19, raft.., granted]
/// 20 AppendRequest    [20, raft.., previousIndex, previousTerm, commit,
///                      [[index, term, kind, baseOffset, offsetCount, maxTimestamp, payload bin] ...]]
/// 21 AppendResponse   [21, raft.., index, rejected, hintIndex, hintTerm]
/// 22 HeartbeatRequest [22, raft.., commit, round, quiet]
/// 23 HeartbeatResponse[23, raft.., round, quiet]
/// 24 TimeoutNow       [24, raft..]
/// 25 InstallSnapshot  [25, raft.., index, term, nextOffset, [index, configuration bin]|nil, state bin]
/// 26 ReadIndexRequest [26, raft.., context]
/// 27 ReadIndexResponse[27, raft.., context, index, refused]
/// </code>
/// <c>raft..</c> stands for the four fields that every Raft message has: <c>group, fromIncarnation, toIncarnation,
/// term</c>. Sender and receiver are the replicas of these incarnations on the two brokers of the connection.
/// </summary>
internal enum PeerFrameType : byte
{
    Hello = 0,
    Refused = 1,
    Ping = 2,
    Leaders = 3,
    Request = 4,
    Response = 5,
    PreVoteRequest = 16,
    PreVoteResponse = 17,
    VoteRequest = 18,
    VoteResponse = 19,
    AppendRequest = 20,
    AppendResponse = 21,
    HeartbeatRequest = 22,
    HeartbeatResponse = 23,
    TimeoutNow = 24,
    InstallSnapshot = 25,
    ReadIndexRequest = 26,
    ReadIndexResponse = 27,
}
