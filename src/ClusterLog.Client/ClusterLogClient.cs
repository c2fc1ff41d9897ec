using ClusterLog.Client.Consuming;
using ClusterLog.Client.Getting;

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

    /// <summary>
    /// The latest record of a key of a compacted topic, with all that was acknowledged before the call; null when the key
    /// has no record, or its latest one has no value, which deletes the key. The key's partition is that to which
    /// producers send it when no partition is given.
    /// </summary>
    /// <param name="topic">The topic, which was created with <c>cleanup=compact</c> or <c>compact,delete</c>.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ClusterLogException">There is no such topic, it is not compacted, or nobody answers in time.</exception>
    public Task<ConsumedRecord?> GetAsync(
        string topic, ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        return new KeyLookup(_access).GetAsync(topic, key, cancellationToken);
    }

    /// <summary>Closes all connections. Producers are to be disposed before.</summary>
    public ValueTask DisposeAsync() => _access.DisposeAsync();
}
