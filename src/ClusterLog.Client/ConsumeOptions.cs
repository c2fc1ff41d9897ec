using ClusterLog.Protocol;

namespace ClusterLog.Client;

/// <summary>What to consume and how; see <see cref="ClusterLogClient.ConsumeAsync"/>.</summary>
public sealed record ConsumeOptions
{
    /// <summary>The topic, which must exist.</summary>
    public required string Topic { get; init; }

    /// <summary>The partitions; null for all.</summary>
    public IReadOnlyList<int>? Partitions { get; init; }

    /// <summary>Where to start in each partition that <see cref="FromOffsets"/> does not name; default earliest.</summary>
    public StartPosition From { get; init; } = StartPosition.Earliest;

    /// <summary>Where to start by partition, before <see cref="From"/>; null for nowhere.</summary>
    public IReadOnlyDictionary<int, Offset>? FromOffsets { get; init; }

    /// <summary>Whether to stop at each partition's end as it was when the enumeration began; default false.</summary>
    public bool UntilEnd { get; init; }

    /// <summary>
    /// The bytes that one answer of a broker holds at most, unless one batch alone is larger; default 4 MiB. Up to two
    /// answers of each broker are kept in memory: the one that is being read and the next.
    /// </summary>
    public int FetchBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>The bytes of one partition in an answer, unless one batch alone is larger; default 1 MiB.</summary>
    public int PartitionFetchBytesMax { get; init; } = 1024 * 1024;

    /// <summary>How long a broker that has nothing new waits before it answers so; default 500 ms.</summary>
    public TimeSpan FetchWaitMax { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// What to do where a partition does not hold the offset that comes next: it was deleted by retention before the
    /// consumer came to it, or the offset to start at was never there. Default fail, so that nobody misses records without
    /// knowing. A consumer that starts at the earliest record or at a time has missed none as long as it has read none, and
    /// goes on at the first record that there is, whatever the policy.
    /// </summary>
    public OffsetResetPolicy WhenOutOfRange { get; init; } = OffsetResetPolicy.Fail;

    /// <summary>
    /// Told each time that <see cref="WhenOutOfRange"/> has made the consumer go on elsewhere; the client's log has it too.
    /// Called beside the enumeration, which may still be giving records from before; it must be quick, and an exception
    /// ends the enumeration. Default none.
    /// </summary>
    public Action<OffsetReset>? OnReset { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Topic);
        if (Partitions is { Count: 0 })
        {
            throw new ArgumentException($"{nameof(Partitions)} must name a partition, or be null for all.");
        }

        foreach (var offset in FromOffsets?.Values ?? [])
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset.Value, nameof(FromOffsets));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(FetchBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PartitionFetchBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(FetchWaitMax, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FetchWaitMax, TimeSpan.FromMinutes(5));
    }
}
