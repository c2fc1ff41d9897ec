namespace ClusterLog.Broker.Partitions;

/// <summary>One fetch that waits for records in any of its partitions. Safe to use from any thread.</summary>
internal sealed class FetchWaiter
{
    private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when there may be something new to read.</summary>
    public Task Woken => _woken.Task;

    /// <summary>True once woken or given up: whoever still lists it may drop it.</summary>
    public bool IsDone => _woken.Task.IsCompleted;

    public void Wake() => _woken.TrySetResult();
}
