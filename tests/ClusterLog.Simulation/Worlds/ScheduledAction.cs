namespace ClusterLog.Simulation.Worlds;

internal sealed class ScheduledAction(Action action) : IScheduled
{
    public void Run() => action();
}
