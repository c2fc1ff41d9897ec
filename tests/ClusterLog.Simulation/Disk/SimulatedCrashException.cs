namespace ClusterLog.Simulation.Disk;

/// <summary>The power has gone in the middle of a call to the disk; whoever made it makes no other.</summary>
internal sealed class SimulatedCrashException : Exception
{
    public SimulatedCrashException()
        : base("The power is gone.")
    {
    }
}
