using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Linearizability;

/// <summary>Decides whether a history could have come from an object that does one operation at a time.</summary>
public static class LinearizabilityChecker
{
    /// <summary>Checks the history of one object. The order of the list does not matter, the times do.</summary>
    /// <exception cref="ArgumentException">An operation completes before it is invoked.</exception>
    public static LinearizabilityResult<TState, TInput, TOutput> Check<TState, TInput, TOutput>(
        ISequentialModel<TState, TInput, TOutput> model,
        IEnumerable<Operation<TInput, TOutput>> operations,
        SearchOptions? options = null)
    {
        var effective = operations
            .Where(operation => operation.Outcome != Outcome.Failed)
            .OrderBy(operation => operation.Outcome == Outcome.Unknown)
            .ThenBy(operation => operation.Invoked)
            .ToArray();
        if (effective.FirstOrDefault(o => o.Outcome == Outcome.Ok && o.Completed < o.Invoked) is { } wrong)
        {
            throw new ArgumentException(
                $"One of process {wrong.Process} is invoked at {wrong.Invoked} and completed at {wrong.Completed}.",
                nameof(operations));
        }

        return new LinearizabilitySearch<TState, TInput, TOutput>(model, effective, options ?? new()).Run();
    }

    /// <summary>
    /// Checks the history of many objects, each alone: far cheaper than all in one, with the same verdict.
    /// </summary>
    /// <exception cref="ArgumentException">An operation completes before it is invoked.</exception>
    public static KeyedResult<TKey, TState, TInput, TOutput> Check<TKey, TState, TInput, TOutput>(
        ISequentialModel<TState, TInput, TOutput> model,
        IEnumerable<KeyValuePair<TKey, Operation<TInput, TOutput>>> operations,
        SearchOptions? options = null)
        where TKey : notnull => new(operations
            .GroupBy(pair => pair.Key, pair => pair.Value)
            .ToDictionary(group => group.Key, group => Check(model, group, options)));
}
