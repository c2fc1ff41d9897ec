using System.Collections.Concurrent;
using ClusterLog.Client.Producing;
using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>
/// Sends records in batches. Thread safe; the order in a partition is that of the calls. Made by
/// <see cref="ClusterLogClient.CreateProducer"/>.
/// </summary>
public sealed partial class Producer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TopicProducer> _topics = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ProducerCounters _counters = new();
    private readonly ClusterAccess _access;
    private readonly ProducerIdentitySource _identities;
    private readonly BufferBudget _budget;
    private readonly WaitingRecords _waiting;
    private readonly SenderLoop _loop;
    private readonly Task _serving;
    private TopicProducer? _lastTopic;
    private int _disposed;

    internal Producer(ClusterAccess access, ProducerOptions options)
    {
        _access = access;
        Options = options;
        _identities = new ProducerIdentitySource(access, options.Name);
        _budget = new BufferBudget(options.BufferBytesMax);
        _loop = new SenderLoop(access, options.DeliveryTimeout, isOutcomeUnknown => new ClusterLogException(
            ErrorCode.ShuttingDown, "The producer was disposed before the record was delivered.")
        {
            IsTransient = false,
            IsOutcomeUnknown = isOutcomeUnknown,
        });
        _waiting = new WaitingRecords(options.WaitingRecordsMax, PutAsync);
        _serving = Task.Run(() => _waiting.RunAsync(_stopping.Token));
    }

    /// <summary>The settings.</summary>
    public ProducerOptions Options { get; }

    /// <summary>
    /// Puts a record into the buffer, and completes when it is there: at once, unless the buffer is full or nothing is
    /// known of the topic yet. Cancelling has an effect until then.
    /// </summary>
    /// <param name="record">The record; its memory may be used again when the call has completed.</param>
    /// <param name="onDelivery">
    /// Hears once what became of the record, on a thread of the client that it must not block; not called if the call
    /// itself fails.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting for room.</param>
    /// <exception cref="ClusterLogException">The record is too large, or its topic or partition does not exist.</exception>
    public ValueTask EnqueueAsync(
        ProducerRecord record, Action<DeliveryReport>? onDelivery = null, CancellationToken cancellationToken = default) =>
        AcceptAsync(record, onDelivery, cancellationToken);

    /// <summary>
    /// Sends a record and completes when it is delivered. Throws <see cref="ClusterLogException"/> if it fails.
    /// Cancelling ends the waiting; a record that is in the buffer already is sent all the same.
    /// </summary>
    public async Task<DeliveryReport> ProduceAsync(ProducerRecord record, CancellationToken cancellationToken = default)
    {
        var delivery = new TaskCompletionSource<DeliveryReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        await AcceptAsync(record, delivery, cancellationToken).ConfigureAwait(false);
        return await delivery.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends what is in the buffer without lingering, and completes when every record of the calls made before has been
    /// delivered or has failed.
    /// </summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        if (!_waiting.IsEmpty)
        {
            // A place in the line: when it is reached, all that waited before are in the buffer.
            await _waiting.AddAsync(null, null, cancellationToken).ConfigureAwait(false);
        }

        var batches = new List<Task>();
        foreach (var topic in _topics.Values)
        {
            foreach (var sender in topic.Senders)
            {
                sender.Accumulator.CloseOpenBatch();
                sender.Accumulator.CollectUnsettled(batches);
            }
        }

        await Task.WhenAll(batches).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the producer has done so far.</summary>
    public ProducerStatistics GetStatistics() => _counters.Read(_budget.Used);

    /// <summary>
    /// Flushes for at most the client's request timeout, fails what has not been delivered by then, and ends.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        using (var limit = new CancellationTokenSource(_access.Options.RequestTimeout, _access.Time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _access.Stopping))
        {
            try
            {
                await FlushAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // What is left is failed below.
            }
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _serving.ConfigureAwait(false);
        await _loop.DisposeAsync().ConfigureAwait(false);
        await _identities.SettleAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }
}
