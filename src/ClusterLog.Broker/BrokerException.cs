using ClusterLog.Protocol;

namespace ClusterLog.Broker;

/// <summary>
/// A request that cannot be done, with the code that its client gets. Expected and visible to a caller; a broken
/// invariant is not one of these.
/// </summary>
internal sealed class BrokerException : Exception
{
    public BrokerException(ErrorCode code, string message, int retryAfterMs = 0, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        RetryAfterMs = retryAfterMs;
    }

    /// <summary>What the client is told; never <see cref="ErrorCode.None"/>.</summary>
    public ErrorCode Code { get; }

    /// <summary>When the same request may succeed, in milliseconds from now; 0 where nobody knows.</summary>
    public int RetryAfterMs { get; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient => ErrorCodes.IsTransient(Code);
}
