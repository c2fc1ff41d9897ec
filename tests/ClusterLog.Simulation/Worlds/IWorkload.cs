namespace ClusterLog.Simulation.Worlds;

/// <summary>
/// What the clients do. Schedules itself on the world; async code may be used freely, since awaits come back on the
/// simulation's thread.
/// </summary>
internal interface IWorkload : IObserver
{
    /// <summary>Called once the world is put together, at time 0.</summary>
    void Start(World world);
}
