using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Linearizability;

namespace ClusterLog.Checking.Tests.Linearizability;

/// <summary>Ways to know a verdict without the search.</summary>
internal static class Proofs
{
    /// <summary>Asserts that an order holds all that is known, once, and that model and clock allow it.</summary>
    public static void AssertProves<TState, TInput, TOutput>(
        ISequentialModel<TState, TInput, TOutput> model,
        IReadOnlyList<Operation<TInput, TOutput>> operations,
        IReadOnlyList<Operation<TInput, TOutput>> order)
    {
        var taken = new HashSet<object>(order, ReferenceEqualityComparer.Instance);
        Assert.Equal(order.Count, taken.Count);
        Assert.True(taken.IsSubsetOf(operations));
        Assert.All(operations, o => Assert.True(o.Outcome != Outcome.Ok || taken.Contains(o), $"{o} is not in the order."));
        Assert.DoesNotContain(order, o => o.Outcome == Outcome.Failed);
        var state = model.Initial;
        var latestInvoked = long.MinValue;
        foreach (var operation in order)
        {
            // Nothing may stand before an operation that completed before it was invoked.
            Assert.True(operation.Outcome != Outcome.Ok || operation.Completed >= latestInvoked, $"{operation} is too late.");
            latestInvoked = Math.Max(latestInvoked, operation.Invoked);
            if (operation.Outcome == Outcome.Unknown)
            {
                state = model.ApplyUnknown(state, operation.Input);
            }
            else
            {
                Assert.True(model.TryApply(state, operation.Input, operation.Output!, out state), $"{operation} cannot be.");
            }
        }
    }

    /// <summary>
    /// Tries every order, without cleverness, that explains the returns until a time. For a handful of operations.
    /// </summary>
    public static bool IsLinearizable<TState, TInput, TOutput>(
        ISequentialModel<TState, TInput, TOutput> model,
        IReadOnlyList<Operation<TInput, TOutput>> operations,
        long until = long.MaxValue) =>
        CanComplete(model, model.Initial, [.. operations.Where(operation => operation.Outcome != Outcome.Failed)], until);

    private static bool CanComplete<TState, TInput, TOutput>(
        ISequentialModel<TState, TInput, TOutput> model,
        TState state,
        List<Operation<TInput, TOutput>> left,
        long until)
    {
        if (left.All(operation => operation.Outcome == Outcome.Unknown || operation.Completed > until))
        {
            return true;
        }

        foreach (var first in left)
        {
            TState next;
            if (first.Invoked > until || left.Any(other => other.Outcome == Outcome.Ok && other.Completed < first.Invoked))
            {
                continue;
            }

            if (first.Outcome == Outcome.Unknown)
            {
                next = model.ApplyUnknown(state, first.Input);
            }
            else if (!model.TryApply(state, first.Input, first.Output!, out next))
            {
                continue;
            }

            if (CanComplete(model, next, [.. left.Where(other => !ReferenceEquals(other, first))], until))
            {
                return true;
            }
        }

        return false;
    }
}
