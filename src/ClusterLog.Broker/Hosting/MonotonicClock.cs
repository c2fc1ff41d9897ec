namespace ClusterLog.Broker.Hosting;

/// <summary>A clock for deadlines: it never goes back, and says nothing about the time of day.</summary>
internal static class MonotonicClock
{
    public static long GetMilliseconds(this TimeProvider time) =>
        (long)((Int128)time.GetTimestamp() * 1000 / time.TimestampFrequency);
}
