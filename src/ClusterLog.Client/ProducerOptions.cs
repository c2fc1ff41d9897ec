using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>Settings of a <see cref="Producer"/>, read once when it is made.</summary>
public sealed class ProducerOptions
{
    /// <summary>What must have happened to a record before it counts as delivered; default all.</summary>
    public Acks Acks { get; init; } = Acks.All;

    /// <summary>The bytes of records at which a batch is full and leaves; default 256 KiB. A larger record goes
    /// alone.</summary>
    public int BatchBytesMax { get; init; } = 256 * 1024;

    /// <summary>
    /// How long a batch waits for more records; default 5 ms. With zero a batch leaves at once when nothing of its
    /// partition is in flight, and collects records only while something is.
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// The most bytes of records that are not yet delivered; default 64 MiB. At that, callers of
    /// <see cref="Producer.EnqueueAsync"/> wait. At least <see cref="BatchBytesMax"/> and <see cref="RecordBytesMax"/>.
    /// </summary>
    public long BufferBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// The most records whose callers wait for room in the buffer or for a topic's metadata; default 100,000. One more
    /// fails at once with <see cref="ErrorCode.TooManyRequests"/>. Only callers that await nothing get there.
    /// </summary>
    public int WaitingRecordsMax { get; init; } = 100_000;

    /// <summary>
    /// How long after it was enqueued a record is reported as failed if it has not been delivered; default 2 min.
    /// If it was sent, it may have been stored all the same (<see cref="ClusterLogException.IsOutcomeUnknown"/>).
    /// </summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many batches of one partition may wait for their answers; default 5. Order is kept with any.</summary>
    public int RequestsInFlightPerPartitionMax { get; init; } = 5;

    /// <summary>
    /// Whether brokers recognise a batch that is sent again, so that retries add nothing twice; default true.
    /// Without it, a batch whose answer was lost may be stored twice.
    /// </summary>
    public bool Idempotent { get; init; } = true;

    /// <summary>The most bytes of one encoded record; default 1 MiB. A larger one fails in the call.</summary>
    public int RecordBytesMax { get; init; } = ProtocolLimits.RecordBytesMax;

    /// <summary>What the producer calls itself in brokers' logs.</summary>
    public string Name { get; init; } = "producer";

    internal void Validate()
    {
        if (!Enum.IsDefined(Acks))
        {
            throw new ArgumentOutOfRangeException(nameof(Acks), Acks, "Acks must be None, Leader or All.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(BatchBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Linger, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(BufferBytesMax, Math.Max(BatchBytesMax, RecordBytesMax));
        ArgumentOutOfRangeException.ThrowIfLessThan(WaitingRecordsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DeliveryTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RequestsInFlightPerPartitionMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RecordBytesMax, 1);
        ArgumentNullException.ThrowIfNull(Name);
    }
}
