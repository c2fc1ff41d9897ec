using ClusterLog.Broker.Hosting;
using ClusterLog.Server.Logging;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Server.Hosting;

/// <summary>
/// The life of a process: starts its brokers, says when they are ready, waits for a signal or a failure, stops them.
/// </summary>
internal sealed class BrokerRunner
{
    private readonly IReadOnlyList<BrokerOptions> _options;
    private readonly ServerLogging _logs;
    private readonly StopSignals _signals;
    private readonly ServerConsole _console;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly List<RestartingBroker> _brokers = [];

    public BrokerRunner(
        IReadOnlyList<BrokerOptions> options, ServerLogging logs, StopSignals signals, ServerConsole console)
    {
        _options = options;
        _logs = logs;
        _signals = signals;
        _console = console;
        Logger = logs.Factory.CreateLogger<BrokerRunner>();
    }

    public ILogger Logger { get; }

    private TimeSpan StopTimeout => _options.Max(options => options.ShutdownTimeout);

    /// <param name="ready">Called once, when every group of every broker has a leader.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(Action ready)
    {
        Logger.Starting(BrokerVersion.Text, Environment.ProcessId);
        if (!await StartAsync())
        {
            await StopAsync();
            return ExitCode.Failed;
        }

        using var ending = new CancellationTokenSource();
        var announcing = AnnounceAsync(ready, ending.Token);
        var failures = _brokers.Select(broker => broker.Failure).ToList();
        await Task.WhenAny([_signals.Asked, .. failures]);
        await ending.CancelAsync();
        await announcing;
        var hasFailed = await ReportAsync(failures);
        if (!hasFailed)
        {
            Logger.Stopping(await _signals.Asked, StopTimeout);
        }

        await StopAsync();
        return hasFailed ? ExitCode.Failed : ExitCode.Stopped;
    }

    private async Task<bool> StartAsync()
    {
        foreach (var options in _options)
        {
            var loggers = _options.Count == 1 ? _logs.Factory : _logs.ForBroker(options.BrokerId);
            try
            {
                _brokers.Add(await RestartingBroker.StartAsync(
                    options, loggers, Logger, _time, _console.DiskLayer));
            }
            catch (Exception error) when (StartFailure.Describe(error, options) is { } reason)
            {
                Logger.StartFailed(options.BrokerId, error);
                await _console.Error.WriteLineAsync(
                    $"clusterlog-server: broker {options.BrokerId} cannot start: {reason}");
                return false;
            }
        }

        return true;
    }

    private async Task AnnounceAsync(Action ready, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(_brokers.Select(broker => broker.Ready)).WaitAsync(cancellationToken);
            ready();
        }
        catch (OperationCanceledException)
        {
            // It stops before it was ready: there is nothing to announce.
        }
    }

    /// <summary>Tells why brokers cannot go on; false where none has failed.</summary>
    private async Task<bool> ReportAsync(List<Task<Exception>> failures)
    {
        foreach (var (options, failure) in _options.Zip(failures).Where(pair => pair.Second.IsCompleted))
        {
            var reason = await failure;
            Logger.BrokerCannotGoOn(options.BrokerId, reason);
            await _console.Error.WriteLineAsync(
                $"clusterlog-server: broker {options.BrokerId} cannot go on: {StartFailure.OneLine(reason.Message)}");
        }

        return failures.Exists(failure => failure.IsCompleted);
    }

    private async Task StopAsync()
    {
        using var timeout = new CancellationTokenSource(StopTimeout, _time);
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _signals.Hurry);
        var isWholeCluster = _options.Count == _options[0].Cluster.Count;
        await Task.WhenAll(_brokers.Select(broker => broker.StopAsync(!isWholeCluster, hurry.Token)));
        if (hurry.IsCancellationRequested)
        {
            Logger.StopCutShort(timeout.IsCancellationRequested ? "its time was up" : "a second signal came");
        }

        foreach (var broker in _brokers)
        {
            await broker.DisposeAsync();
        }
    }
}
