namespace ClusterLog.Storage.Tests.Support;

/// <summary>The power went. No IOException: nothing in storage may handle it.</summary>
internal sealed class SimulatedCrashException : Exception
{
    public SimulatedCrashException()
        : base("The simulated machine lost power.")
    {
    }
}
