namespace ClusterLog.Checking.Linearizability;

/// <summary>Verdicts of the objects of a history, each for itself: linearizability is a property of each alone.</summary>
public sealed class KeyedResult<TKey, TState, TInput, TOutput>
    where TKey : notnull
{
    internal KeyedResult(IReadOnlyDictionary<TKey, LinearizabilityResult<TState, TInput, TOutput>> results) =>
        Results = results;

    /// <summary>By key.</summary>
    public IReadOnlyDictionary<TKey, LinearizabilityResult<TState, TInput, TOutput>> Results { get; }

    /// <summary>Not linearizable if one is not; else unknown if one is; else linearizable.</summary>
    public Verdict Verdict =>
        Results.Values.Any(result => result.Verdict == Verdict.NotLinearizable) ? Verdict.NotLinearizable
        : Results.Values.Any(result => result.Verdict == Verdict.Unknown) ? Verdict.Unknown
        : Verdict.Linearizable;

    /// <summary>The objects that are not linearizable, or unknown, in words.</summary>
    public override string ToString() => string.Concat(Results
        .Where(pair => pair.Value.Verdict != Verdict.Linearizable)
        .Select(pair => $"Key {pair.Key}: {pair.Value}"));
}
