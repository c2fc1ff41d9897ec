using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// The way from this broker's replicas to those of the others. Delivery is best effort: what is lost, late or repeated is
/// Raft's business. Safe for use by many threads.
/// </summary>
internal interface IReplicaTransport
{
    /// <summary>
    /// Adds a message to what the next <see cref="Flush"/> sends. It is kept by reference: neither the message nor its
    /// list of entries may change afterwards. What finds no connection or no room is dropped.
    /// </summary>
    void Send(ReplicaId to, GroupId group, RaftMessage message);

    /// <summary>Lets everything sent so far leave.</summary>
    void Flush();

    /// <summary>
    /// Tells all connected peers of leaders, for the sake of their clients, and of replicas of this broker that have
    /// stopped. A peer that cannot be told so is disconnected: it is told anew once it is back. The list is copied.
    /// </summary>
    void Announce(IReadOnlyList<LeaderAnnouncement> leaders);

    /// <summary>Whether the link to this broker is up.</summary>
    bool IsConnected(ReplicaId peer);
}
