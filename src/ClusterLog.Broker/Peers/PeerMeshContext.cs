using ClusterLog.Storage.Payloads;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Peers;

/// <summary>What all connections of a mesh share.</summary>
/// <param name="Payloads">Where appends come in; null where each gets an array of its own.</param>
internal sealed record PeerMeshContext(
    PeerOptions Options, IPeerEvents Events, TimeProvider Time, ILogger Logger, PayloadMemory? Payloads = null);
