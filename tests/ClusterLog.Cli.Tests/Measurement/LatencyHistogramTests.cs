using ClusterLog.Cli.Measurement;

namespace ClusterLog.Cli.Tests.Measurement;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentile_RandomValuesOfAllMagnitudes_StaysWithinTheBound()
    {
        const int Seed = 42;
        var random = new Random(Seed);
        var histogram = new LatencyHistogram();
        var values = new long[20_000];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (long)Math.Pow(2, random.NextDouble() * 61);
            histogram.Record(TimeSpan.FromTicks(values[i]));
        }

        Array.Sort(values);
        foreach (var quantile in new[] { 0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1 })
        {
            var exact = values[Math.Max(0, (int)Math.Ceiling(quantile * values.Length) - 1)];
            var reported = histogram.Percentile(quantile).Ticks;
            Assert.True(
                reported >= exact && reported <= exact * (1 + LatencyHistogram.RelativeErrorMax),
                $"Seed {Seed}, quantile {quantile}: {reported} for {exact}.");
        }

        Assert.Equal(values[^1], histogram.Max.Ticks);
        Assert.Equal(values.Length, histogram.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(long.MaxValue)]
    public void Percentile_OneValue_IsExact(long ticks)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromTicks(ticks));
        Assert.Equal(ticks, histogram.Percentile(0.5).Ticks);
        Assert.Equal(ticks, histogram.Max.Ticks);
    }

    [Fact]
    public void Percentile_SmallValues_AreExact()
    {
        var histogram = new LatencyHistogram();
        for (var ticks = 1; ticks <= 2_000; ticks++)
        {
            histogram.Record(TimeSpan.FromTicks(ticks));
        }

        Assert.Equal(1_000, histogram.Percentile(0.5).Ticks);
        Assert.Equal(1_980, histogram.Percentile(0.99).Ticks);
        Assert.Equal(2_000, histogram.Percentile(1).Ticks);
        Assert.Equal(1, histogram.Percentile(0).Ticks);
    }

    [Fact]
    public void Percentile_EveryBucketEdge_IsNeverBelowTheValue()
    {
        for (var bit = 0; bit < 63; bit++)
        {
            foreach (var ticks in new[] { (1L << bit) - 1, 1L << bit, (1L << bit) + 1 })
            {
                var histogram = new LatencyHistogram();
                histogram.Record(TimeSpan.FromTicks(ticks));
                histogram.Record(TimeSpan.MaxValue);
                var reported = histogram.Percentile(0.5).Ticks;
                Assert.InRange(
                    reported, ticks, (long)Math.Min(long.MaxValue, ticks * (1 + LatencyHistogram.RelativeErrorMax)));
            }
        }
    }

    [Fact]
    public void Percentile_Empty_IsZero()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(0.99));
        Assert.Equal(TimeSpan.Zero, histogram.Mean);
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(1.01));
    }

    [Fact]
    public void Record_NegativeLatency_CountsAsZero()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromTicks(-5));
        Assert.Equal(1, histogram.Count);
        Assert.Equal(TimeSpan.Zero, histogram.Max);
    }

    [Fact]
    public void Record_ManyThreads_LosesNothing()
    {
        var histogram = new LatencyHistogram();
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                histogram.Record(TimeSpan.FromTicks((thread * 10_000) + i));
            }
        });
        Assert.Equal(80_000, histogram.Count);
        Assert.Equal(79_999, histogram.Max.Ticks);
        Assert.Equal(79_999 / 2, histogram.Mean.Ticks);
    }
}
