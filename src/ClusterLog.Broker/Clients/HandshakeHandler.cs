using ClusterLog.Broker.Hosting;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Clients;

/// <summary>Opens a connection: says who this broker is and what it serves.</summary>
internal sealed class HandshakeHandler(ClientServices services)
{
    public void Handle(ClientRequest request, HandshakeRequest body)
    {
        request.Connection.HasShakenHands = true;
        services.Logger.ClientShookHands(request.Connection.Name, body.ClientName, body.ClientVersion);
        var options = services.Options;
        request.Succeed(new HandshakeResponse(
            options.BrokerId,
            options.ClusterName,
            BrokerVersion.Text,
            options.Limits.FrameBytesMax,
            options.Limits.RecordBytesMax,
            ApiRegistry.Ranges));
    }
}
