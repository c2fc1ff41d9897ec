using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// What the mesh tells the broker. Called on connection threads, for one peer one call at a time (except
/// <see cref="OnRequestAsync"/>), for several peers at once. No call may block or throw: while it runs, nothing else of
/// that peer is read, and an exception closes the connection.
/// </summary>
internal interface IPeerEvents
{
    /// <summary>A Raft message came; the transport has filled in From (the peer) and To (this broker).</summary>
    void OnMessage(GroupId group, RaftMessage message);

    /// <summary>The peer is connected; comes before any other word of it, and alternates with <see cref="OnPeerDown"/>.</summary>
    void OnPeerUp(ReplicaId peer);

    /// <summary>The connection is gone; nothing of the peer comes after it until the next <see cref="OnPeerUp"/>.</summary>
    void OnPeerDown(ReplicaId peer);

    /// <summary>The peer names leaders of groups.</summary>
    void OnLeaders(ReplicaId peer, IReadOnlyList<LeaderAnnouncement> leaders);

    /// <summary>
    /// The peer asks for something; the answer goes back over the same connection. What is thrown reaches the asker as
    /// text. The token is cancelled when the connection ends. Runs on a thread of its own and may take its time.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>> OnRequestAsync(
        ReplicaId peer, ReadOnlyMemory<byte> request, CancellationToken cancellationToken);
}
