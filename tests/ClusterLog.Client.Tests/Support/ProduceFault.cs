using ClusterLog.Protocol;

namespace ClusterLog.Client.Tests.Support;

/// <summary>What the fake brokers do to one produce request.</summary>
internal sealed record ProduceFault(ErrorCode Error = ErrorCode.None, bool Applies = true, bool Drops = false)
{
    public static ProduceFault None { get; } = new();

    public static ProduceFault DropBefore { get; } = new(Applies: false, Drops: true);

    public static ProduceFault DropAfter { get; } = new(Drops: true);

    public static ProduceFault Reject(ErrorCode error) => new(error, Applies: false);
}
