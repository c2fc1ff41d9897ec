namespace ClusterLog.Cli.Measurement;

/// <summary>How much in how long.</summary>
/// <param name="Records">Records.</param>
/// <param name="Bytes">Bytes of their keys and values.</param>
/// <param name="Elapsed">The time they took.</param>
internal readonly record struct Throughput(long Records, long Bytes, TimeSpan Elapsed)
{
    /// <summary>Records a second; 0 before any time has passed.</summary>
    public double RecordsPerSecond => PerSecond(Records);

    /// <summary>Bytes a second.</summary>
    public double BytesPerSecond => PerSecond(Bytes);

    /// <summary>Records a second, rounded for a report.</summary>
    public double RecordsPerSecondRounded => Math.Round(RecordsPerSecond, 1);

    /// <summary>Megabytes (1,000,000 bytes) a second, rounded for a report.</summary>
    public double MegabytesPerSecondRounded => Math.Round(BytesPerSecond / 1_000_000, 3);

    /// <summary>Seconds, rounded for a report.</summary>
    public double SecondsRounded => Math.Round(Elapsed.TotalSeconds, 3);

    private double PerSecond(long count) => Elapsed > TimeSpan.Zero ? count / Elapsed.TotalSeconds : 0;
}
