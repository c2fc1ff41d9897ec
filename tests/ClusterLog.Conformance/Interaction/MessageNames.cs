namespace ClusterLog.Conformance.Interaction;

/// <summary>What the script language calls our messages, for <c>deliver-msgs type=…</c>.</summary>
internal static class MessageNames
{
    /// <summary>A proposal that a follower hands on to its leader.</summary>
    public const string Proposal = "MsgProp";

    /// <summary>A request to hand leadership over, which a follower hands on to its leader.</summary>
    public const string TransferLeader = "MsgTransferLeader";

    private static readonly string[] Local =
        ["MsgStorageAppendResp", "MsgStorageApplyResp", "MsgAppResp", "MsgVoteResp", "MsgPreVoteResp"];

    private static readonly string[] Others =
    [
        "MsgHup", "MsgBeat", "MsgProp", "MsgApp", "MsgVote", "MsgSnap", "MsgHeartbeat", "MsgHeartbeatResp",
        "MsgUnreachable", "MsgSnapStatus", "MsgCheckQuorum", "MsgTransferLeader", "MsgTimeoutNow", "MsgReadIndex",
        "MsgReadIndexResp", "MsgPreVote", "MsgStorageAppend", "MsgStorageApply", "MsgForgetLeader",
    ];

    /// <summary>
    /// True for what a node's word to itself stands for: the language sends a response of each kind where ours is one
    /// token that says all of it.
    /// </summary>
    public static bool IsLocal(string name) => Local.Contains(name, StringComparer.Ordinal);

    /// <summary>True for a name of the language, whether or not our cores send such a message.</summary>
    public static bool IsKnown(string name) => IsLocal(name) || Others.Contains(name, StringComparer.Ordinal);

    public static string NameOf(RaftMessage message) => message switch
    {
        AppendRequest => "MsgApp",
        AppendResponse => "MsgAppResp",
        HeartbeatRequest => "MsgHeartbeat",
        HeartbeatResponse => "MsgHeartbeatResp",
        VoteRequest => "MsgVote",
        VoteResponse => "MsgVoteResp",
        PreVoteRequest => "MsgPreVote",
        PreVoteResponse => "MsgPreVoteResp",
        InstallSnapshotRequest => "MsgSnap",
        ReadIndexRequest => "MsgReadIndex",
        ReadIndexResponse => "MsgReadIndexResp",
        TimeoutNowRequest => "MsgTimeoutNow",
        _ => message.GetType().Name,
    };
}
