using ClusterLog.Client.Consuming;

namespace ClusterLog.Client;

/// <summary>
/// A client of a cluster: one per application. Connects when it is first used, to each broker once, and again whenever
/// a connection breaks. Thread safe.
/// </summary>
public sealed class ClusterLogClient : IAsyncDisposable
{
    private readonly ClusterAccess _access;

    /// <summary>Makes a client; nothing is connected yet.</summary>
    public ClusterLogClient(ClusterLogClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _access = new ClusterAccess(options);
        Admin = new Admin(_access);
    }

    /// <summary>The settings.</summary>
    public ClusterLogClientOptions Options { get; }

    /// <summary>Topics and the state of the cluster.</summary>
    public Admin Admin { get; }

    /// <summary>Makes a producer, which the caller disposes before the client.</summary>
    public Producer CreateProducer(ProducerOptions? options = null)
    {
        options ??= new ProducerOptions();
        options.Validate();
        return new Producer(_access, options);
    }

    /// <summary>
    /// Reads records of a topic's partitions: of each in the order of offsets, every record once. Goes on through
    /// changes of leaders and restarts of brokers. Begins when it is enumerated; each enumeration reads on its own.
    /// </summary>
    /// <param name="options">What to read, from where, until when.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    public IAsyncEnumerable<ConsumedRecord> ConsumeAsync(
        ConsumeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new RecordStream(_access, options).ReadAsync(cancellationToken);
    }

    /// <summary>Closes all connections. Producers are to be disposed before.</summary>
    public ValueTask DisposeAsync() => _access.DisposeAsync();
}
