using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Clients;

/// <summary>Gives a producer an id that no other ever gets.</summary>
internal sealed class InitProducerHandler(ClientServices services)
{
    public async Task HandleAsync(ClientRequest request, InitProducerRequest body)
    {
        var id = await services.MetadataService.InitProducerIdAsync(request.Connection.Closed);
        services.Logger.ProducerStarted(id.Value, body.ProducerName);
        request.Succeed(new InitProducerResponse(id.Value, ProducerEpoch: 0));
    }
}
