using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// Tells brokers that hold no replica of a group who leads it. A hint for clients' routing, never a base for a
/// decision: of two announcements the one with the higher term is true. Without a leader it says that the sender's own
/// replica of the group has stopped, which its peers could not see while the broker lives: to them that replica is down.
/// </summary>
/// <param name="Group">The group that is led.</param>
/// <param name="Term">The term in which the leader was elected.</param>
/// <param name="Leader">The broker that leads it; none when the sender's replica has stopped.</param>
internal readonly record struct LeaderAnnouncement(GroupId Group, Term Term, ReplicaId Leader);
