using System.Numerics;

namespace ClusterLog.Cli.Measurement;

/// <summary>
/// Counts of latencies in buckets that grow with the value, as Gil Tene's HdrHistogram does it: below 2,048 ticks of
/// 100 ns every value has its own bucket, above that each power of two is cut into 1,024 equal buckets. A percentile is
/// therefore never below the true one and at most 1/1,024 (0.1 %) above it, at any magnitude, in 440 KB. Thread-safe; a
/// read beside writes sees some of them.
/// </summary>
internal sealed class LatencyHistogram
{
    /// <summary>The upper bound of (reported - true) / true.</summary>
    public const double RelativeErrorMax = 1.0 / HalfCount;

    private const int PrecisionBits = 11;
    private const int HalfCount = 1 << (PrecisionBits - 1);
    private const int ShiftMax = 63 - PrecisionBits;
    private const int BucketCount = (ShiftMax + 2) * HalfCount;

    private readonly long[] _counts = new long[BucketCount];
    private long _count;
    private long _maxTicks;
    private long _sumTicks;

    /// <summary>How many latencies were recorded.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The largest, exactly; zero when there is none.</summary>
    public TimeSpan Max => TimeSpan.FromTicks(Interlocked.Read(ref _maxTicks));

    /// <summary>The mean, exactly; zero when there is none.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Interlocked.Read(ref _sumTicks) / Count);

    /// <summary>Adds one latency; a negative one (a clock that was set back) counts as zero.</summary>
    public void Record(TimeSpan latency)
    {
        var ticks = Math.Max(0, latency.Ticks);
        Interlocked.Increment(ref _counts[IndexOf(ticks)]);
        Interlocked.Add(ref _sumTicks, ticks);
        var max = Interlocked.Read(ref _maxTicks);
        while (ticks > max)
        {
            var seen = Interlocked.CompareExchange(ref _maxTicks, ticks, max);
            if (seen == max)
            {
                break;
            }

            max = seen;
        }

        // Last, so that a reader never sees a count without its bucket.
        Interlocked.Increment(ref _count);
    }

    /// <summary>The smallest bound that at least this share of the recorded latencies does not exceed.</summary>
    /// <param name="quantile">From 0 to 1; 0.99 is the 99th percentile.</param>
    public TimeSpan Percentile(double quantile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quantile);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantile, 1);
        var count = Count;
        if (count == 0)
        {
            return TimeSpan.Zero;
        }

        var rank = Math.Max(1, (long)Math.Ceiling(quantile * count));
        long seen = 0;
        for (var index = 0; index < _counts.Length; index++)
        {
            seen += Interlocked.Read(ref _counts[index]);
            if (seen >= rank)
            {
                return TimeSpan.FromTicks(Math.Min(UpperBound(index), Interlocked.Read(ref _maxTicks)));
            }
        }

        return Max;
    }

    private static int IndexOf(long ticks)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)ticks) - (PrecisionBits - 1));
        return (shift * HalfCount) + (int)(ticks >> shift);
    }

    private static long UpperBound(int index)
    {
        if (index < 2 * HalfCount)
        {
            return index;
        }

        var shift = (index / HalfCount) - 1;
        var mantissa = (long)index - (shift * HalfCount);
        return ((mantissa + 1) << shift) - 1;
    }
}
