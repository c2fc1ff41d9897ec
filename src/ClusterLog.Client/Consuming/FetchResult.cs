using ClusterLog.Client.Metadata;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Consuming;

/// <summary>The end of one question to a broker: an answer, an error, or a new position for one partition.</summary>
internal sealed record FetchResult(
    BrokerFetch? Broker, PartitionLeader? Leader, IReadOnlyList<PartitionCursor> Cursors)
{
    public FetchResponse? Response { get; init; }

    public ClusterLogException? Error { get; init; }

    /// <summary>Where the one partition goes on after its offset was out of range.</summary>
    public long? ResetTo { get; init; }
}
