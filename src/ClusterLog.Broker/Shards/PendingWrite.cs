using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// One output of a core that waits for the disk: its token, and the messages to let go with it. An output that writes
/// nothing of its own still waits for the group's earlier writes.
/// </summary>
internal sealed record PendingWrite(Replica Replica, RaftOutput Output, DurableToken Token, bool IsSubmitted);
