using ClusterLog.Protocol;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Client;

/// <summary>Settings of a <see cref="ClusterLogClient"/>, read once when it is made.</summary>
public sealed class ClusterLogClientOptions
{
    /// <summary>
    /// Brokers to ask for all others, as <c>host:port</c>, at least one; default 127.0.0.1:9400. They are also asked
    /// again when no broker that the client has heard of answers.
    /// </summary>
    public IReadOnlyList<string> Bootstrap { get; init; } = ["127.0.0.1:9400"];

    /// <summary>What the client calls itself in brokers' logs.</summary>
    public string ClientName { get; init; } = "clusterlog-dotnet";

    /// <summary>How long connecting to one broker, handshake included, may take; default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a broker may take to answer, and how long an admin call goes on trying; default 30 s. A connection on
    /// which an answer is late is closed. Brokers are told three quarters of it as their own limit.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long calls go on trying while no broker has ever been reached, default null: as long as
    /// <see cref="RequestTimeout"/>. Shorter where a person waits, who may have mistyped an address.
    /// </summary>
    public TimeSpan? FirstContactTimeout { get; init; }

    /// <summary>The shortest pause before something is tried again, doubled with each failure; default 50 ms.</summary>
    public TimeSpan RetryBackoffMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause before something is tried again; default 1 s.</summary>
    public TimeSpan RetryBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest frame that is accepted from a broker, in bytes; default 8 MiB. A larger one closes the
    /// connection.</summary>
    public int FrameBytesMax { get; init; } = ProtocolLimits.FrameBytesMax;

    /// <summary>
    /// How many requests may wait for their answers on one connection; default 256. Further ones wait for a place.
    /// </summary>
    public int RequestsInFlightMax { get; init; } = 256;

    /// <summary>The clock and the timers; the system's unless a test brings its own.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The seed of pauses and choices; null takes one from the system.</summary>
    public int? RandomSeed { get; init; }

    /// <summary>Where the client logs; null logs nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    internal void Validate()
    {
        if (Bootstrap is null or { Count: 0 })
        {
            throw new ArgumentException($"{nameof(Bootstrap)} must name at least one broker as host:port.");
        }

        ArgumentException.ThrowIfNullOrEmpty(ClientName);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RequestTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FirstContactTimeout ?? RequestTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RetryBackoffMin, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryBackoffMax, RetryBackoffMin);
        ArgumentOutOfRangeException.ThrowIfLessThan(FrameBytesMax, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(RequestsInFlightMax, 1);
    }
}
