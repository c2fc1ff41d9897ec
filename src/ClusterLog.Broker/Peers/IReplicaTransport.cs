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

    /// <summary>Tells all connected peers of a leader, for the sake of their clients.</summary>
    void Announce(LeaderAnnouncement leader);

    /// <summary>Whether the link to this broker is up.</summary>
    bool IsConnected(ReplicaId peer);
}
