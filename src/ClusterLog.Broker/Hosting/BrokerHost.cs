using System.Net;
using ClusterLog.Broker.Clients;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Payloads;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Hosting;

/// <summary>
/// One running broker: storage, shards, peers, the client and HTTP listeners. A library, so that an executable, a test
/// or an application can host one or several.
/// </summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    /// <summary>How long a stop waits for requests in flight to be answered, once leadership is handed over.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    private readonly BrokerParts _parts;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Task? _stopping;

    private BrokerHost(BrokerParts parts, ILogger logger)
    {
        _parts = parts;
        _logger = logger;
    }

    public BrokerOptions Options => _parts.Options;

    /// <summary>Where clients connect, with the port that was really bound.</summary>
    public IPEndPoint ClientEndPoint => _parts.Listeners.ClientEndPoint;

    public IPEndPoint PeerEndPoint => _parts.Listeners.PeerEndPoint;

    public IPEndPoint HttpEndPoint => _parts.Listeners.HttpEndPoint;

    public HealthMonitor Health => _parts.Health;

    /// <summary>What went between this broker and all others since the start.</summary>
    public PeerCounters PeerCounters => _parts.Mesh.Counters;

    /// <summary>Bytes of committed entries that are in the WAL and not in segments yet.</summary>
    public long SegmentQueueBytes => _parts.Storage.Sum(static figures => figures.SegmentQueueBytes);

    /// <summary>Damaged places found on disk since the start.</summary>
    public long DamageFound => _parts.Storage.Sum(static figures => figures.DamageFound);

    /// <summary>The way to the replicas.</summary>
    public IShards Shards => _parts.Shards;

    /// <summary>Takes clients' connections, from the listener or from any other transport.</summary>
    public ClientConnectionHandler ClientConnections => _parts.ClientConnections;

    /// <summary>
    /// Completes, with the reason, when the broker cannot go on and should be disposed. A <see cref="RestartNeededException"/>
    /// says that another start mends it.
    /// </summary>
    public Task<Exception> Failure => _parts.Failure.Task;

    private bool CanHandOver => !Failure.IsCompletedSuccessfully || Failure.Result is RestartNeededException;

    /// <summary>Opens the data directory, starts to listen, and joins the cluster. Returns before there is a leader.</summary>
    /// <param name="diskLayer">What stands between storage and its disk; nothing when null. Tests have one.</param>
    /// <param name="payloads">Where payloads lie; as the options say when null. Tests have one that finds misuse sooner.</param>
    /// <exception cref="Storage.DataDirectoryException">The directory is in use, damaged, or not this broker's.</exception>
    /// <exception cref="IOException">An address cannot be bound.</exception>
    public static async Task<BrokerHost> StartAsync(
        BrokerOptions options,
        ILoggerFactory loggers,
        TimeProvider time,
        CancellationToken cancellationToken,
        Func<IStorageDisk, IStorageDisk>? diskLayer = null,
        PayloadMemory? payloads = null)
    {
        var parts = await BrokerParts.StartAsync(options, loggers, time, diskLayer, payloads, cancellationToken);
        var logger = loggers.CreateLogger<BrokerHost>();
        var host = new BrokerHost(parts, logger);
        logger.BrokerStarted(
            options.BrokerId,
            options.ClusterName,
            host.ClientEndPoint.ToString(),
            host.PeerEndPoint.ToString(),
            host.HttpEndPoint.ToString(),
            string.Join(", ", options.DataDirectories));
        return host;
    }

    /// <summary>Completes when every group of this broker has a leader and has caught up with it.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => Health.WaitUntilReadyAsync(cancellationToken);

    /// <summary>
    /// Stops gracefully: hands leadership over, answers what is in flight, closes everything. Safe to call twice.
    /// Cancelling it shortens the waits; everything is closed all the same.
    /// </summary>
    /// <param name="handsOver">False where the whole cluster stops, so that nobody is left to lead.</param>
    /// <param name="cancellationToken">Shortens the waits.</param>
    public Task StopAsync(CancellationToken cancellationToken, bool handsOver = true)
    {
        lock (_lock)
        {
            return _stopping ??= StopOnceAsync(handsOver, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));

    private async Task StopOnceAsync(bool handsOver, CancellationToken cancellationToken)
    {
        _logger.BrokerStopping(Options.BrokerId, Health.Replicas.Led);
        Health.IsStopping = true;
        if (handsOver && CanHandOver && !cancellationToken.IsCancellationRequested)
        {
            await HandOverAsync(cancellationToken);
        }

        await _parts.DrainAsync(cancellationToken.IsCancellationRequested ? TimeSpan.Zero : DrainTime);
        await _parts.DisposeAsync();
        _logger.BrokerStopped(Options.BrokerId);
    }

    private async Task HandOverAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A transfer that fails takes an election timeout; one more try is worth the wait, many are not.
            var raft = Options.Raft;
            var plan = await _parts.Balancer.LeaveAsync(cancellationToken);
            await Handover.RunAsync(
                _parts.Shards,
                plan,
                2.5 * raft.ElectionTicks * raft.TickInterval,
                Options.ShutdownTimeout / 2,
                _parts.Time,
                cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The time is up: the followers will elect a leader by themselves.
        }
    }
}
