using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>How the link to one peer stands at this moment.</summary>
/// <param name="Peer">The other broker.</param>
/// <param name="Address">Where it accepts peers.</param>
/// <param name="IsConnected">Whether the handshake has succeeded and the connection lives.</param>
/// <param name="OutboundBytes">Bytes that wait to be sent to it.</param>
/// <param name="LastFailure">Why it is not connected, in words; null if it is, or was never tried.</param>
/// <param name="Counters">What went over this link since the start; lives on.</param>
internal sealed record PeerStatus(
    ReplicaId Peer,
    PeerAddress Address,
    bool IsConnected,
    long OutboundBytes,
    string? LastFailure,
    PeerCounters Counters);
