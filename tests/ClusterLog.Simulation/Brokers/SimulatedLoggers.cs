using Microsoft.Extensions.Logging;

namespace ClusterLog.Simulation.Brokers;

/// <summary>
/// Where a broker's log goes: into the trace, for a reader; and from it the simulation hears of replicas that have
/// stopped, as an operator would.
/// </summary>
internal sealed class SimulatedLoggers(BrokerLife life, SimulatedBroker broker) : ILoggerFactory, ILogger
{
    private const int ReplicaFailed = 5001;

    public ILogger Logger => this;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("A simulation has one log.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) =>
        logLevel >= LogLevel.Critical || (broker.World.Trace.IsReadable && logLevel >= LogLevel.Debug);

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (broker.World.Trace.IsReadable)
        {
            broker.World.Trace.Note($"{broker.Id} logs: {formatter(state, exception)} {exception?.Message ?? ""}");
        }

        if (eventId.Id == ReplicaFailed && !life.IsDead)
        {
            broker.OnReplicaFailed(exception);
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
