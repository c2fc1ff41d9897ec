using System.Buffers.Binary;
using ClusterLog.Checking.Histories;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Workload;

/// <summary>
/// Writes to one partition, as a client of the product does: an idempotent one has several batches in flight, repeats
/// what got no answer, in order, and begins a new epoch when it gives one up; one without id sends each batch once.
/// </summary>
internal sealed partial class ProducerClient : IScheduled
{
    private const long AttemptTimeout = 10 * WorldSettings.Second;
    private const int KeysMax = 12;

    private readonly ClusterWorkload _workload;
    private readonly World _world;
    private readonly SimulatedRandom _random;
    private readonly List<ProducerBatch> _inFlight = [];
    private GroupId? _group;
    private long _producerId = -1;
    private int _epoch;
    private int _nextSequence;
    private int _leader;
    private long _busyUntil;
    private long _healedAt;
    private long _dueAt;
    private bool _isAskingForId;

    public ProducerClient(ClusterWorkload workload, World world, PlannedProducer plan)
    {
        (_workload, _world, Plan) = (workload, world, plan);
        _random = ClusterWorkload.RandomOf(world, plan.Number);
        _leader = _random.Next(1, world.Brokers.Count + 1);
    }

    public PlannedProducer Plan { get; }

    /// <summary>Whether every batch has come to an end.</summary>
    public bool IsSettled => _inFlight.Count == 0;

    /// <summary>The last moment at which a batch was acknowledged; -1 for never.</summary>
    public long AcknowledgedAt { get; private set; } = -1;

    /// <summary>The group that acknowledged it.</summary>
    public GroupId? Group => _group;

    public void Start() => RunAfter(_random.Between(0, 5 * WorldSettings.Second));

    /// <summary>The faults are over: the partition is to show that it takes records, however long this was to be idle.</summary>
    public void Probe()
    {
        _healedAt = _world.Now;
        RunAfter(_random.Between(1, Plan.Pause));
    }

    /// <summary>Looks after what is in flight, and sends something new when it is time for that.</summary>
    public void Run()
    {
        if (_world.Now != _dueAt)
        {
            return;
        }

        Expire();
        if (WantsToSend && _inFlight.Count < Plan.InFlightMax)
        {
            SendNew();
        }

        if (!_workload.IsStopped || !IsSettled)
        {
            RunAfter(NextPause());
        }
    }

    /// <summary>Once the faults are over one acknowledged batch is enough.</summary>
    private bool WantsToSend => !_workload.IsStopped
        && (_workload.IsProbing ? AcknowledgedAt <= _healedAt : _world.Now < _busyUntil);

    private void RunAfter(long delay)
    {
        _dueAt = _world.Now + delay;
        _world.At(_dueAt, this);
    }

    private long NextPause()
    {
        if (!_workload.IsProbing && _world.Now >= _busyUntil && IsSettled)
        {
            var idle = _random.Between(0, 2 * Plan.Idle);
            _busyUntil = _world.Now + idle + _random.Between(WorldSettings.Second, 2 * Plan.Busy);
            return idle;
        }

        return _random.Between(1, 2 * Plan.Pause);
    }

    private void SendNew()
    {
        if (Plan.IsIdempotent && _producerId < 0)
        {
            AskForId();
            return;
        }

        var batch = Build();
        _inFlight.Add(batch);
        _nextSequence = ProducerSequence.Add(_nextSequence, batch.RecordCount);
        Attempt(batch);
    }

    private void AskForId()
    {
        if (!_isAskingForId)
        {
            _isAskingForId = true;
            _workload.Admin.RequestProducerId(
                _random.Next(1, _world.Brokers.Count + 1),
                id => (_isAskingForId, _producerId) = (false, id),
                () => _isAskingForId = false);
        }
    }

    private ProducerBatch Build()
    {
        var records = _random.Next(6) switch { 0 => _random.Next(2, 8), 1 or 2 => 2, _ => 1 };
        var builder = _workload.Builder;
        builder.Clear();
        long first = 0;
        for (var i = 0; i < records; i++)
        {
            var value = _workload.History.NextValue();
            first = i == 0 ? value : first;
            var bytes = _workload.ValueBuffer.AsMemory(0, DrawSize());
            BinaryPrimitives.WriteInt64LittleEndian(bytes.Span, value);
            Append(builder, bytes);
        }

        var built = Plan.IsIdempotent ? builder.Build(_producerId, _epoch, _nextSequence) : builder.Build();
        var copy = built.ToArray();
        RecordBatchHeader.TryRead(copy, out var header);
        return new ProducerBatch(Plan.Number, copy, header, first, _workload.History.NextTime())
        {
            GiveUpAt = _world.Now + _random.Between(10, 40) * WorldSettings.Second,
        };
    }

    /// <summary>In a compacted topic, of few keys, and every fourth record deletes its key.</summary>
    private void Append(RecordBatchBuilder builder, ReadOnlyMemory<byte> value)
    {
        var time = _world.Now / WorldSettings.Millisecond;
        if (!Plan.IsKeyed)
        {
            builder.Append(time, null, value);
            return;
        }

        var key = new[] { (byte)('a' + _random.Next(KeysMax)) };
        if (_random.Next(4) == 0)
        {
            RecordHeader[] number = [new(WorkloadRecord.NumberHeader, value[..sizeof(long)])];
            builder.Append(time, key, null, number);
        }
        else
        {
            builder.Append(time, key, value);
        }
    }

    /// <summary>Mostly small; now and then at, below and above the limits of appends, windows and records.</summary>
    private int DrawSize() => _random.Next(40) switch
    {
        0 => _world.Settings.AppendBytesMax < ClusterWorkload.RecordBytesMax - 64
            ? _world.Settings.AppendBytesMax + _random.Next(-16, 17)
            : _random.Next(1000, 3000),
        1 => ClusterWorkload.RecordBytesMax + _random.Next(-40, 2),
        2 or 3 or 4 => _random.Next(200, 2000),
        _ => _random.Next(8, 64),
    };

    private void Attempt(ProducerBatch batch)
    {
        batch.Attempts++;
        batch.Attempt = new ProduceAttempt(this, batch, Plan.Acks);
        batch.Attempt.Send(_leader, _world.Clients, _world.Now);
    }

    /// <summary>Gives up attempts that take too long, and batches; repeats what is due.</summary>
    private void Expire()
    {
        for (var i = 0; i < _inFlight.Count; i++)
        {
            var batch = _inFlight[i];
            if (_world.Now >= batch.GiveUpAt)
            {
                GiveUpAll();
                return;
            }

            if (batch.Attempt is { } attempt)
            {
                if (_world.Now - attempt.SentAt > AttemptTimeout)
                {
                    attempt.Cancel();
                }
            }
            else if (_world.Now >= batch.RetryAt)
            {
                Attempt(batch);
            }
        }
    }

    /// <summary>Nobody knows what became of the batches; what follows counts from 0 in a new epoch.</summary>
    private void GiveUpAll()
    {
        foreach (var batch in _inFlight)
        {
            End(batch, Outcome.Unknown, null, -1);
        }

        _inFlight.Clear();
        _epoch++;
        _nextSequence = 0;
    }

    private void End(ProducerBatch batch, Outcome outcome, GroupId? acknowledgedBy, long baseOffset)
    {
        batch.IsEnded = true;
        if (!Plan.IsKeyed)
        {
            _workload.History.Add(batch, outcome, acknowledgedBy, baseOffset);
        }

        _world.Trace.Mix((ulong)Plan.Number, (ulong)outcome, (ulong)baseOffset);
        _world.Trace.Note(
            $"producer {Plan.Number}: values {batch.FirstValue}+{batch.RecordCount} to {Plan.Topic}/{Plan.Partition} {outcome} at offset {baseOffset}");
    }
}
