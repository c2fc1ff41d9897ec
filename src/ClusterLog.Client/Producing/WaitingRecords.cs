using ClusterLog.Client.Connections;
using ClusterLog.Protocol;

namespace ClusterLog.Client.Producing;

/// <summary>
/// The line of records that cannot go into the buffer at once, since it is full or the topic is not known yet. One loop
/// takes them in turn, so that their order stays that of the calls.
/// </summary>
internal sealed class WaitingRecords
{
    private readonly Queue<WaitingRecord> _queue = [];
    private readonly Lock _gate = new();
    private readonly AsyncSignal _arrived = new();
    private readonly Func<WaitingRecord, CancellationToken, Task> _put;
    private readonly int _recordsMax;
    private int _count;
    private bool _ended;

    /// <param name="recordsMax">The length of the line.</param>
    /// <param name="put">Puts a record into the buffer, however long that takes.</param>
    public WaitingRecords(int recordsMax, Func<WaitingRecord, CancellationToken, Task> put)
    {
        _recordsMax = recordsMax;
        _put = put;
    }

    /// <summary>Whether nobody waits, so that a record may be put into the buffer past the line.</summary>
    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Adds a record at the end of the line.</summary>
    public Task AddAsync(ProducerRecord? record, object? handler, CancellationToken cancellationToken)
    {
        var waiting = new WaitingRecord(record, handler, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, typeof(Producer));
            if (_queue.Count >= _recordsMax)
            {
                throw new ClusterLogException(
                    ErrorCode.TooManyRequests, $"{_recordsMax} records wait for room in the producer's buffer.");
            }

            _queue.Enqueue(waiting);
            _count++;
        }

        _arrived.Set();
        return waiting.WaitAsync();
    }

    /// <summary>Serves the line until it is cancelled; those who wait then fail.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ProcessAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The producer has been disposed.
        }

        lock (_gate)
        {
            _ended = true;
        }

        foreach (var waiting in _queue)
        {
            waiting.Completion.TrySetException(new ObjectDisposedException(nameof(Producer)));
        }
    }

    private async Task ProcessAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Peek() is not { } waiting)
            {
                await _arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            try
            {
                await _put(waiting, cancellationToken).ConfigureAwait(false);
                waiting.Completion.TrySetResult();
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                waiting.Completion.TrySetException(error);
            }

            lock (_gate)
            {
                _queue.Dequeue();
                _count--;
            }
        }
    }

    private WaitingRecord? Peek()
    {
        lock (_gate)
        {
            return _queue.TryPeek(out var waiting) ? waiting : null;
        }
    }
}
