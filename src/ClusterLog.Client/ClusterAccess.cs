using System.Security.Cryptography;
using ClusterLog.Client.Connections;
using ClusterLog.Client.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Client;

/// <summary>What producers, consumers and admin calls of one client share: connections, metadata, pauses. Thread safe.</summary>
internal sealed class ClusterAccess : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public ClusterAccess(ClusterLogClientOptions options)
    {
        Options = options;
        Logger = options.LoggerFactory?.CreateLogger("ClusterLog.Client") ?? NullLogger.Instance;
        var seed = options.RandomSeed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        Backoff = new Backoff(options.RetryBackoffMin, options.RetryBackoffMax, seed, options.TimeProvider);
        Connections = new ConnectionPool(options, Logger);
        Metadata = new MetadataCache(options, Connections, Backoff);
        Stopping = _stopping.Token;
    }

    public ClusterLogClientOptions Options { get; }

    public ILogger Logger { get; }

    public TimeProvider Time => Options.TimeProvider;

    public Backoff Backoff { get; }

    public ConnectionPool Connections { get; }

    public MetadataCache Metadata { get; }

    /// <summary>Cancelled when the client is disposed.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>What brokers are told to be the limit of a request, so that their answer comes within ours.</summary>
    public int BrokerTimeoutMs => (int)Math.Clamp(Options.RequestTimeout.TotalMilliseconds * 0.75, 1, int.MaxValue);

    /// <summary>Asks one broker once.</summary>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        BrokerAddress broker, TRequest request, CancellationToken cancellationToken)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : IWireFields<TResponse>
    {
        var connection = await Connections.GetAsync(broker).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await connection.SendAsync<TRequest, TResponse>(request, Options.RequestTimeout, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Asks one broker after another until one does not fail with a transient error; each once.</summary>
    public async Task<TResponse> CallAnyOnceAsync<TRequest, TResponse>(
        TRequest request, CancellationToken cancellationToken)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : IWireFields<TResponse>
    {
        ClusterLogException? last = null;
        foreach (var broker in Metadata.GetCandidates())
        {
            try
            {
                return await CallAsync<TRequest, TResponse>(broker, request, cancellationToken).ConfigureAwait(false);
            }
            catch (ClusterLogException error) when (error.IsTransient && !error.IsOutcomeUnknown)
            {
                last = error;
            }
        }

        throw last!;
    }

    /// <summary>
    /// Tries until it succeeds, fails for good, or the request timeout has passed; then it fails with the last error.
    /// </summary>
    public async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Options.RequestTimeout, Time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken, Stopping);
        ClusterLogException? last = null;
        var start = Time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            try
            {
                try
                {
                    return await attempt(any.Token).ConfigureAwait(false);
                }
                catch (ClusterLogException error) when (
                    error.IsTransient && Time.GetElapsedTime(start) < Connections.Patience)
                {
                    last = error;
                }

                await Backoff.DelayAsync(failures, last.RetryAfter, any.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                ObjectDisposedException.ThrowIf(Stopping.IsCancellationRequested, typeof(ClusterLogClient));
                throw last ?? new ClusterLogException(
                    ErrorCode.RequestTimedOut, $"No broker answered within {Options.RequestTimeout}.");
            }
        }
    }

    /// <summary>Ends everything that goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Metadata.DisposeAsync().ConfigureAwait(false);
        await Connections.DisposeAsync().ConfigureAwait(false);
    }
}
