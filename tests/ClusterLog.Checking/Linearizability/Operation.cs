using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Linearizability;

/// <summary>
/// One operation on an object. Times come from one clock. An operation precedes another if it completed strictly before
/// the other was invoked; a recorder that gives every event a number of its own therefore loses no order.
/// </summary>
/// <param name="Process">Who did it; for reports only.</param>
/// <param name="Input">What was asked.</param>
/// <param name="Output">What was answered; looked at only where the outcome is <see cref="Outcome.Ok"/>.</param>
/// <param name="Outcome">What the process knows about it.</param>
/// <param name="Invoked">When it began.</param>
/// <param name="Completed">When it ended, not before <paramref name="Invoked"/>; looked at only where the outcome is
/// <see cref="Outcome.Ok"/>.</param>
public sealed record Operation<TInput, TOutput>(
    long Process,
    TInput Input,
    TOutput? Output,
    Outcome Outcome,
    long Invoked,
    long Completed);
