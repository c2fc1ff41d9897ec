using ClusterLog.Protocol;

namespace ClusterLog.Client.Tests.Support;

/// <summary>What the fake brokers do to one produce request.</summary>
internal sealed record ProduceFault(ErrorCode Error = ErrorCode.None, bool Applies = true, bool Drops = false)
{
    public static ProduceFault None { get; } = new();

    public static ProduceFault DropBefore { get; } = new(Applies: false, Drops: true);

    public static ProduceFault DropAfter { get; } = new(Drops: true);

    /// <summary>The broker gives up waiting, and the batch is committed all the same.</summary>
    public static ProduceFault TimeOutAfter { get; } = new(ErrorCode.RequestTimedOut);

    public static ProduceFault Reject(ErrorCode error) => new(error, Applies: false);
}
