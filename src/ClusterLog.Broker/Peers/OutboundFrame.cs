using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>A frame that waits to be encoded.</summary>
/// <param name="Group">The group of a Raft message.</param>
/// <param name="Content">A <see cref="RaftMessage"/> or one of the other contents; immutable.</param>
/// <param name="SizeBytes">What it weighs against the bound: at least what it takes on the wire.</param>
internal readonly record struct OutboundFrame(GroupId Group, object Content, long SizeBytes);
