namespace ClusterLog.Simulation.Worlds;

/// <summary>
/// Runs what awaited on the simulation's thread, after the present event, in order: so that the product's asynchronous
/// code is part of the simulation too. Nothing in a simulation ever runs on the thread pool.
/// </summary>
internal sealed class SimulatedSynchronizationContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("Something in the simulation runs on a thread of its own.");
        }

        _posted.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    public void Drain()
    {
        while (_posted.TryDequeue(out var next))
        {
            next.Callback(next.State);
        }
    }
}
