using System.Diagnostics;

namespace ClusterLog.IdleGroups;

/// <summary>What this process and its brokers have used up to a moment.</summary>
/// <param name="Elapsed">A monotonic clock.</param>
/// <param name="Processor">Processor time of all threads.</param>
/// <param name="Frames">Frames sent from broker to broker.</param>
/// <param name="Bytes">Bytes sent from broker to broker.</param>
internal readonly record struct Usage(TimeSpan Elapsed, TimeSpan Processor, long Frames, long Bytes)
{
    public static Usage Of(LocalCluster cluster) => new(
        Stopwatch.GetElapsedTime(0),
        Environment.CpuUsage.TotalTime,
        cluster.Running.Sum(static broker => broker.PeerCounters.FramesSent),
        cluster.Running.Sum(static broker => broker.PeerCounters.BytesSent));

    public static Usage operator -(Usage later, Usage earlier) => new(
        later.Elapsed - earlier.Elapsed,
        later.Processor - earlier.Processor,
        later.Frames - earlier.Frames,
        later.Bytes - earlier.Bytes);

    /// <summary>Bytes of live objects. Collects twice, so that what finalizers let go of does not count.</summary>
    public static long LiveBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
