using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Retention;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Partitions;

/// <summary>
/// A partition's state machine: which offset comes next, what its producers have sent, a checksum over all that was
/// applied, and the consumers that wait for more. Owned by the shard of its group.
/// </summary>
internal sealed partial class Partition : IStateMachine
{
    private const int WaitersBeforePruningMin = 16;

    private readonly List<FetchWaiter> _waiters = [];
    private readonly PartitionRetention _retention;
    private ProducerTable _producers = new();
    private Deduplication _deduplication;
    private int _waitersBeforePruning = WaitersBeforePruningMin;
    private bool _isTrimDue;
    private LogIndex _notedAssignment;

    public Partition(PartitionInfo address)
    {
        Address = address;
        _deduplication = new Deduplication(_producers);
        _retention = new PartitionRetention(this);
    }

    /// <summary>The partition as the metadata describes it now. The shard's thread.</summary>
    public PartitionInfo Address { get; private set; }

    /// <summary>The metadata describes the partition otherwise now.</summary>
    public void Follow(PartitionInfo address)
    {
        var isConfigured = address.Config != Address.Config;
        Address = address;
        if (isConfigured)
        {
            _retention.Configure();
            _retention.LookSoon();
        }
    }

    /// <summary>The replica that drives this state; set once, before anything else is called.</summary>
    public Replica Replica
    {
        get;
        set
        {
            field = value;
            _retention.Configure();
            PublishHorizon();
        }
    } = null!;

    /// <inheritdoc/>
    public CheckpointPace CheckpointPace => _retention.Pace.Checkpoints;

    /// <summary>The offset after the last committed record: consumers see what lies below.</summary>
    public long HighWatermark { get; private set; }

    /// <summary>The oldest offset that has not been trimmed. Replicated: the same on all replicas at the same entry.</summary>
    public long StartOffset { get; private set; }

    /// <summary>
    /// The oldest offset that can be read. On a replica that began with another's snapshot the log itself may start
    /// later than what it has applied says, until it has applied the command that trimmed the other's log.
    /// </summary>
    public long FirstOffset => Math.Max(StartOffset, Replica.Log.FirstOffset);

    /// <summary>
    /// CRC32C over what identifies every applied batch (<see cref="CompactedBatch.WriteIdentity"/>), chained. Equal on all
    /// replicas at the same applied index, whether they applied batches as they were produced or compacted.
    /// </summary>
    public uint Checksum { get; private set; }

    /// <summary>The bytes of all applied batches, as they were produced.</summary>
    public long SizeBytes { get; private set; }

    /// <inheritdoc/>
    public LogIndex NotedAssignment => LogIndex.Max(_notedAssignment, Address.CreatedAt);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? NoteAssignment(LogIndex at) => PartitionCommandCodec.Encode(new AssignedCommand(at));

    /// <inheritdoc/>
    public bool MaySyncLater => Address.Config.Durability == Durability.Memory;

    /// <summary>Step 8: judges a batch, gives it its offset and term, and proposes it.</summary>
    public void Produce(ProduceWork work)
    {
        if (!Replica.IsReadyToServe || Replica.IsBeingHandedOver)
        {
            ParkOrRedirect(work);
            return;
        }

        var check = _deduplication.Check(work.Header);
        if (check.Code != ErrorCode.None)
        {
            work.Fail(check.Code, check.Message);
        }
        else if (check.Pending is { IsAnswered: false } pending)
        {
            pending.AddRetry(work);
        }
        else if (check.IsDuplicate && check.Pending is null)
        {
            work.BaseOffset = check.BaseOffset;
            work.IsDuplicate = true;
            work.Complete();
        }
        else if (check.IsDuplicate)
        {
            // The first copy timed out, or was acknowledged by the leader alone; whether it will be committed is open.
            work.Fail(ErrorCode.RequestTimedOut, $"The first copy of this batch in {Address} is not committed yet.");
        }
        else
        {
            Append(work);
        }
    }

    /// <inheritdoc/>
    public void Apply(LogEntry entry)
    {
        switch (entry.Kind)
        {
            case EntryKind.Data:
                ApplyBatch(entry);
                break;
            case EntryKind.Command:
                ApplyCommand(entry);
                break;
            default:
                // Raft's own.
                break;
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Capture() =>
        PartitionStateCodec.Encode(
            new PartitionState(HighWatermark, StartOffset, Checksum, SizeBytes, _producers, Horizon, _notedAssignment));

    /// <inheritdoc/>
    public void Restore(RaftSnapshot snapshot)
    {
        var state = PartitionStateCodec.Decode(snapshot.State);
        if (state.HighWatermark != snapshot.NextOffset)
        {
            throw new InvalidDataException(
                $"{Address}: the state at entry {snapshot.Index} must end at offset {snapshot.NextOffset}, "
                + $"found one that ends at {state.HighWatermark}.");
        }

        (HighWatermark, StartOffset, Checksum, SizeBytes, _producers, Horizon, _notedAssignment) = state;
        _deduplication = new Deduplication(_producers);
        PublishHorizon();
    }

    /// <inheritdoc/>
    public void OnApplied()
    {
        if (_isTrimDue)
        {
            _isTrimDue = false;
            Trim();
        }

        _retention.OnApplied();
        WakeWaiters();
    }

    /// <inheritdoc/>
    public void OnLeaderChanged(ReplicaId leader, bool leads)
    {
        // What was appended and not committed belongs to a term in which this replica led, if it did.
        _deduplication.Clear();
        _retention.OnLeaderChanged(leads);
        WakeWaiters();
    }

    /// <inheritdoc/>
    public void OnDue(long nowMilliseconds) => _retention.OnDue(nowMilliseconds);

    /// <inheritdoc/>
    public void OnStopped()
    {
        ServeParked(Replica.NowMilliseconds);
        WakeWaiters();
    }

    /// <summary>Adds someone to be woken once there is more to read, or leadership moves.</summary>
    public void AddWaiter(FetchWaiter waiter)
    {
        if (_waiters.Count >= _waitersBeforePruning)
        {
            // Only when the list has doubled: with thousands that wait, looking at all for each would cost their square.
            _waiters.RemoveAll(static gone => gone.IsDone);
            _waitersBeforePruning = Math.Max(WaitersBeforePruningMin, 2 * _waiters.Count);
        }

        _waiters.Add(waiter);
    }

    private void ApplyBatch(LogEntry entry)
    {
        var batch = entry.Payload.Span;
        if (!RecordBatchHeader.TryRead(batch, out var header))
        {
            throw new InvalidDataException($"{Address}: entry {entry.Index} holds {batch.Length} bytes that are no record batch.");
        }

        Span<byte> identity = stackalloc byte[CompactedBatch.IdentityBytes];
        SizeBytes += CompactedBatch.WriteIdentity(batch, header, identity);
        Checksum = Crc32C.Append(Checksum, identity);
        _retention.Count(batch.Length);
        HighWatermark = entry.NextOffset;
        if (header.ProducerId >= 0)
        {
            _producers.Append(
                header.ProducerId,
                header.ProducerEpoch,
                new AppendedBatch(header.BaseSequence, header.OffsetCount, entry.BaseOffset));
            _deduplication.OnCommitted(header);
        }
    }

    private void ApplyCommand(LogEntry entry)
    {
        switch (PartitionCommandCodec.Decode(entry.Payload, out var error))
        {
            case TrimCommand trim:
                ApplyTrim(trim);
                break;
            case CleanedCommand cleaned:
                ApplyCleaned(cleaned);
                break;
            case AssignedCommand assigned:
                _notedAssignment = LogIndex.Max(_notedAssignment, assigned.At);
                break;
            default:
                // To pass over what cannot be read would make this replica differ from those that can.
                throw new InvalidDataException(
                    $"{Address}: entry {entry.Index} is no command that this version knows: {error}");
        }
    }

    private void Append(ProduceWork work)
    {
        if (work.IsAnswered)
        {
            // Whoever waited has been told that it is not written, and its memory may be another's.
            return;
        }

        var header = work.Header;
        work.BaseOffset = Replica.Log.NextOffset;
        RecordBatchHeader.PatchBaseOffset(work.Batch.Span, work.BaseOffset);
        RecordBatchHeader.PatchTerm(work.Batch.Span, Replica.Term.Value);
        Replica.Propose(work, EntryKind.Data, header.RecordCount, header.MaxTimestamp, work.Batch);
        if (work.IsAnswered)
        {
            return;
        }

        _deduplication.OnAppended(work);
        if (work.Acks == Acks.None)
        {
            work.Complete();
        }
    }

    private void WakeWaiters()
    {
        foreach (var waiter in _waiters)
        {
            waiter.Wake();
        }

        _waiters.Clear();
        _waitersBeforePruning = WaitersBeforePruningMin;
    }
}
