using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Clients;

/// <summary>Step 13: the waiting produce request is answered, and its bytes wait no more.</summary>
internal sealed class ProduceReply(ClientServices services, ClientRequest request, int bytes) : IProduceReply
{
    private const int LeaderRetryMs = 20;
    private const int BusyRetryMs = 50;

    public int RecordCount { get; set; }

    public void Succeed(long baseOffset, bool isDuplicate)
    {
        services.BytesWaiting.Give(bytes);
        services.Metrics.ProduceCompleted(RecordCount, bytes, services.Time.GetElapsedTime(request.StartedAt));
        if (isDuplicate)
        {
            services.Metrics.ProduceDuplicate();
        }

        request.Succeed(new ProduceResponse(baseOffset, isDuplicate));
    }

    public void Fail(ErrorCode code, string message)
    {
        services.BytesWaiting.Give(bytes);
        request.Fail(code, message, RetryAfterMs(code));
    }

    public void Redirect(string message, ReplicaId leader, Term term)
    {
        services.BytesWaiting.Give(bytes);
        request.Fail(ErrorCode.NotLeader, message, leader: services.HintOf(leader, term));
    }

    private static int RetryAfterMs(ErrorCode code) => code switch
    {
        ErrorCode.LeaderNotAvailable => LeaderRetryMs,
        ErrorCode.TooManyRequests => BusyRetryMs,
        _ => 0,
    };
}
