using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Client;

/// <summary>
/// What the client could not do, in words for people and with a code for programs. The root of all exceptions that the
/// client throws besides those for wrong arguments, cancellation and use after disposal.
/// </summary>
public class ClusterLogException : Exception
{
    /// <summary>Makes an exception without a code.</summary>
    public ClusterLogException()
        : this(ErrorCode.Internal, ErrorCodes.Describe(ErrorCode.Internal))
    {
    }

    /// <summary>Makes an exception without a code.</summary>
    public ClusterLogException(string message)
        : this(ErrorCode.Internal, message)
    {
    }

    /// <summary>Makes an exception without a code.</summary>
    public ClusterLogException(string message, Exception innerException)
        : this(ErrorCode.Internal, message, innerException)
    {
    }

    /// <summary>Makes an exception with a code.</summary>
    public ClusterLogException(ErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        IsTransient = ErrorCodes.IsTransient(code);
        IsOutcomeUnknown = code == ErrorCode.RequestTimedOut;
    }

    /// <summary>What happened. A connection that was lost has <see cref="ErrorCode.RequestTimedOut"/>, since no answer
    /// came.</summary>
    public ErrorCode Code { get; }

    /// <summary>Whether the same call may succeed later without anyone changing anything.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether what was asked for may have been done all the same: no answer came.</summary>
    public bool IsOutcomeUnknown { get; init; }

    /// <summary>How long the broker asked to wait before trying again; zero without such a hint.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>Where the broker said that the request belongs; null without such a hint.</summary>
    internal LeaderHint? Leader { get; init; }
}
