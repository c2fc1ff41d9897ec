using ClusterLog.Broker.Partitions;
using ClusterLog.Protocol;

namespace ClusterLog.Simulation.Rot;

/// <summary>What a broker says to a batch.</summary>
internal sealed class RotReply : IProduceReply
{
    public bool IsThere { get; private set; }

    public ErrorCode Code { get; private set; }

    public long BaseOffset { get; private set; } = -1;

    public bool IsDuplicate { get; private set; }

    public void Succeed(long baseOffset, bool isDuplicate) => (IsThere, BaseOffset, IsDuplicate) = (true, baseOffset, isDuplicate);

    public void Fail(ErrorCode code, string message) => (IsThere, Code) = (true, code);
}
