using ClusterLog.Broker.Hosting;
using ClusterLog.Server.Logging;
using ClusterLog.Storage.Disk;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Server.Hosting;

/// <summary>One broker of the process, through the restarts that mend it: nobody else needs to notice those.</summary>
internal sealed class RestartingBroker : IAsyncDisposable
{
    /// <summary>What a restart did not mend for so long, another will not mend either.</summary>
    private static readonly TimeSpan RestartsApartMin = TimeSpan.FromMinutes(1);

    private readonly BrokerOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Func<IStorageDisk, IStorageDisk>? _diskLayer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BrokerHost _host = null!;

    private RestartingBroker(
        BrokerOptions options,
        ILoggerFactory loggers,
        ILogger logger,
        TimeProvider time,
        Func<IStorageDisk, IStorageDisk>? diskLayer)
    {
        (_options, _loggers, _logger, _time, _diskLayer) = (options, loggers, logger, time, diskLayer);
    }

    /// <summary>The broker as it runs now, or ran last.</summary>
    public BrokerHost Host => _host;

    /// <summary>Completes when the broker is ready for the first time, however often it restarts before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes, with the reason, when no restart mends what has failed.</summary>
    public Task<Exception> Failure { get; private set; } = null!;

    /// <exception cref="Exception">What <see cref="BrokerHost.StartAsync"/> throws.</exception>
    public static async Task<RestartingBroker> StartAsync(
        BrokerOptions options,
        ILoggerFactory loggers,
        ILogger logger,
        TimeProvider time,
        Func<IStorageDisk, IStorageDisk>? diskLayer)
    {
        var broker = new RestartingBroker(options, loggers, logger, time, diskLayer);
        await broker.StartHostAsync();
        broker.Failure = broker.RunAsync();
        return broker;
    }

    /// <summary>Stops for good; see <see cref="BrokerHost.StopAsync"/>.</summary>
    public async Task StopAsync(bool handsOver, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAny(Failure);
        await _host.StopAsync(cancellationToken, handsOver);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(handsOver: false, new CancellationToken(canceled: true));
        _stopping.Dispose();
    }

    private async Task StartHostAsync() =>
        _host = await BrokerHost.StartAsync(_options, _loggers, _time, CancellationToken.None, _diskLayer);

    private async Task<Exception> RunAsync()
    {
        long? restartedAt = null;
        while (true)
        {
            var reason = await WatchAsync();
            if (reason is not RestartNeededException
                || (restartedAt is { } last && _time.GetElapsedTime(last) < RestartsApartMin))
            {
                return reason;
            }

            _logger.BrokerRestarts(_options.BrokerId, reason.Message);
            if (await RestartAsync() is { } failure)
            {
                return failure;
            }

            restartedAt = _time.GetTimestamp();
        }
    }

    private async Task<Exception> WatchAsync()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var announcing = AnnounceAsync(ending.Token);
        try
        {
            return await _host.Failure.WaitAsync(_stopping.Token);
        }
        finally
        {
            await ending.CancelAsync();
            await announcing;
        }
    }

    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _host.WaitUntilReadyAsync(cancellationToken);
            _ready.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // It has failed or is stopped: the next start will say so, or nobody asks any more.
        }
    }

    /// <summary>Null, or why the broker did not come back.</summary>
    private async Task<Exception?> RestartAsync()
    {
        using (var patience = new CancellationTokenSource(_options.ShutdownTimeout, _time))
        using (var hurry = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token))
        {
            await _host.StopAsync(hurry.Token);
        }

        _stopping.Token.ThrowIfCancellationRequested();
        try
        {
            await StartHostAsync();
            return null;
        }
        catch (Exception error)
        {
            // Whatever it is, the process reports it and ends.
            return error;
        }
    }
}
