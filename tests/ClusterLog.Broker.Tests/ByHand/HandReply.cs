using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>What became of a batch.</summary>
internal sealed class HandReply : IProduceReply
{
    /// <summary>Null while there is no answer.</summary>
    public ErrorCode? Code { get; private set; }

    public long Offset { get; private set; } = -1;

    public bool IsDuplicate { get; private set; }

    /// <summary>Who was said to lead instead.</summary>
    public (ReplicaId Replica, Term Term) Leader { get; private set; }

    public void Succeed(long baseOffset, bool isDuplicate) => (Code, Offset, IsDuplicate) = (ErrorCode.None, baseOffset, isDuplicate);

    public void Fail(ErrorCode code, string message) => Code = code;

    public void Redirect(string message, ReplicaId leader, Term term) =>
        (Code, Leader) = (ErrorCode.NotLeader, (leader, term));
}
