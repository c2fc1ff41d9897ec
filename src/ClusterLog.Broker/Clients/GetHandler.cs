using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Clients;

/// <summary>Answers the latest record of a key, of topics that are compacted.</summary>
internal sealed class GetHandler(ClientServices services)
{
    public void Handle(ClientRequest request, GetRequest body)
    {
        if (services.Metadata.Snapshot.FindPartition(body.Topic, body.Partition) is not { } partition)
        {
            var (code, message) = services.Metadata.UnknownPartition(body.Topic, body.Partition);
            request.Fail(code, message);
            return;
        }

        request.Fail(ErrorCode.NotCompacted, $"{partition} is not compacted: its records cannot be asked for by key.");
    }
}
