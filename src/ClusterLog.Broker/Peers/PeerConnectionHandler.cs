using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Peers;

/// <summary>Hands the connections of the peer listener to the mesh.</summary>
internal sealed class PeerConnectionHandler : ConnectionHandler
{
    private readonly PeerMesh _mesh;

    public PeerConnectionHandler(PeerMesh mesh) => _mesh = mesh;

    /// <inheritdoc/>
    public override Task OnConnectedAsync(ConnectionContext connection) => _mesh.AcceptAsync(connection);
}
