using System.Buffers;
using System.Collections.Concurrent;
using ClusterLog.Client.Connections;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Producing;

/// <summary>
/// Sends one partition's batches in order, several at a time. Step 3 of a record's way. Only <see cref="OnReturned"/>
/// may be called from other threads than that of the <see cref="SenderLoop"/>.
/// </summary>
/// <remarks>
/// When one of the batches in flight comes back with a transient error, none is sent until all have come back; then all
/// that are left are sent again, in order, with the same bytes. When one is given up, the sequences after it can no
/// longer follow on: those in flight are settled, and later batches get another producer id and start at sequence 0.
/// A batch that was sent is never sent under other sequences, since it may be stored already.
/// </remarks>
internal sealed partial class PartitionSender
{
    private readonly ConcurrentQueue<ProduceExchange> _returned = new();
    private readonly ClusterAccess _access;
    private readonly ProducerOptions _options;
    private readonly ProducerCounters _counters;
    private readonly ProducerIdentitySource _identities;
    private readonly SenderLoop _loop;
    private readonly TopicPartition _partition;
    private readonly int _inFlightMax;

    // Sent at least once and not settled, in the order of their sequences. Invariant: fewer than _inFlightMax batches
    // were sealed after the first of them, and _outstanding of them have an attempt under way.
    private readonly List<ProducerBatch> _inFlight = [];
    private int _outstanding;
    private long _sealedBatches;
    private ProducerIdentity? _identity;
    private ProducerIdentity? _spentIdentity;
    private int _nextSequence;
    private bool _isRecovering;
    private bool _isSequenceBroken;
    private int _isDirty;

    public PartitionSender(
        ClusterAccess access,
        ProducerOptions options,
        ProducerCounters counters,
        ProducerIdentitySource identities,
        BufferBudget budget,
        SenderLoop loop,
        TopicPartition partition,
        Action onBatchClosed)
    {
        _access = access;
        _options = options;
        _counters = counters;
        _identities = identities;
        _loop = loop;
        _partition = partition;
        Accumulator = new BatchAccumulator(options, budget, access.Time, () => loop.Wake(this), onBatchClosed);

        // Without sequences a leader cannot tell that a batch overtook another, so only one may be under way.
        _inFlightMax = options.Idempotent ? options.RequestsInFlightPerPartitionMax : 1;
        if (!options.Idempotent)
        {
            _identity = ProducerIdentity.None;
        }
    }

    /// <summary>Where the partition's records are collected.</summary>
    public BatchAccumulator Accumulator { get; }

    /// <summary>When the loop is to call <see cref="Advance"/> again; kept by the loop.</summary>
    public long ScheduledAt { get; set; } = long.MaxValue;

    /// <summary>Takes an attempt's outcome. Any thread.</summary>
    public void OnReturned(ProduceExchange exchange)
    {
        _returned.Enqueue(exchange);
        _loop.Wake(this);
    }

    /// <summary>Notes that there is something to do; false if that was noted already. Any thread.</summary>
    public bool TryMarkDirty() => Interlocked.Exchange(ref _isDirty, 1) == 0;

    /// <summary>Does all that can be done now. Returns when there will be more without being woken.</summary>
    public long Advance(long now)
    {
        Interlocked.Exchange(ref _isDirty, 0);
        while (_returned.TryDequeue(out var exchange))
        {
            Settle(exchange, now);
        }

        if (_isRecovering)
        {
            return _outstanding > 0 ? long.MaxValue : SendAgain(now);
        }

        return SendNew(now);
    }

    private long SendAgain(long now)
    {
        if (_inFlight.Count > 0)
        {
            if (!TryGetConnection(now, out var connection, out var wakeAt))
            {
                return wakeAt;
            }

            _counters.CountRetries(_inFlight.Count);
            foreach (var batch in _inFlight)
            {
                Send(batch, connection);
            }
        }

        _isRecovering = false;
        return SendNew(now);
    }

    // A leader knows only a producer's latest batches again. A batch that is stored without our knowing must stay among
    // them until it is settled, so the window begins at the oldest such batch, whatever was settled behind it.
    private bool HasRoom => _inFlight.Count == 0 || _sealedBatches - _inFlight[0].Number < _inFlightMax;

    private long SendNew(long now)
    {
        while (HasRoom)
        {
            if (_isSequenceBroken)
            {
                if (_inFlight.Count > 0)
                {
                    return long.MaxValue;
                }

                (_spentIdentity, _identity) = (_identity, null);
                (_nextSequence, _isSequenceBroken) = (0, false);
            }

            if (!Accumulator.IsDue(now, isIdle: _inFlight.Count == 0, out var wakeAt))
            {
                return wakeAt;
            }

            if (!TryGetIdentity(now, out wakeAt) || !TryGetConnection(now, out var connection, out wakeAt))
            {
                return wakeAt;
            }

            var batch = Accumulator.Take();
            Seal(batch);
            _inFlight.Add(batch);
            Send(batch, connection);
        }

        return long.MaxValue;
    }

    private void Seal(ProducerBatch batch)
    {
        batch.Seal(_identity!, _options.Idempotent ? _nextSequence : -1, _sealedBatches++);
        _nextSequence = ProducerSequence.Add(_nextSequence, batch.Count);
        _counters.CountBatch(batch.SizeBytes);
    }

    private void Send(ProducerBatch batch, BrokerConnection connection)
    {
        batch.Attempts++;
        batch.IsSent = true;
        _outstanding++;
        var request = new ProduceRequest(
            _partition.Topic,
            _partition.Partition,
            _options.Acks,
            _access.BrokerTimeoutMs,
            new ReadOnlySequence<byte>(batch.Bytes));
        connection.Send(new ProduceExchange(this, batch, request) { Timeout = _access.Options.RequestTimeout });
    }
}
