namespace ClusterLog.Broker.Partitions;

/// <summary>The order of producer sequences, which run from 0 to int.MaxValue and start again.</summary>
internal static class Sequences
{
    /// <summary>True when <paramref name="sequence"/> comes before <paramref name="next"/>, by the shorter way around.</summary>
    public static bool IsBefore(int sequence, int next) =>
        sequence != next && ((next - (long)sequence) & int.MaxValue) < int.MaxValue / 2;
}
