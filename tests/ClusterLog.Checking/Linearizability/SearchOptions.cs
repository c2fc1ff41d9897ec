namespace ClusterLog.Checking.Linearizability;

/// <summary>
/// Bounds of a search; deciding linearizability is NP-complete. Each key of a history has them for itself. A search that
/// meets one ends with <see cref="Verdict.Unknown"/>.
/// </summary>
public sealed class SearchOptions
{
    /// <summary>Entries of the history looked at, counting repetitions. Deterministic, unlike a time.</summary>
    public long StepsMax { get; init; } = 200_000_000;

    /// <summary>Configurations remembered, of about 100 bytes each: the bound of the search's memory.</summary>
    public int ConfigurationsMax { get; init; } = 4_000_000;

    /// <summary>Time by <see cref="TimeProvider"/>; infinite unless set.</summary>
    public TimeSpan DurationMax { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The clock of <see cref="DurationMax"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
