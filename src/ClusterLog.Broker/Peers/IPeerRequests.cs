using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>The mesh as those see it who only ask other brokers for something.</summary>
internal interface IPeerRequests
{
    /// <summary>Sends a small request to a connected peer and waits for its answer. Safe for use by many threads.</summary>
    /// <exception cref="PeerUnavailableException">
    /// Not connected, connection lost, too many requests under way, no answer in time, or the peer could not answer.
    /// </exception>
    Task<ReadOnlyMemory<byte>> RequestAsync(
        ReplicaId to, ReadOnlyMemory<byte> request, TimeSpan timeout, CancellationToken cancellationToken);
}
