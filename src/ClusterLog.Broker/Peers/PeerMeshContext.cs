using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Peers;

/// <summary>What all connections of a mesh share.</summary>
internal sealed record PeerMeshContext(PeerOptions Options, IPeerEvents Events, TimeProvider Time, ILogger Logger);
