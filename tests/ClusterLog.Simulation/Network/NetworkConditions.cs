namespace ClusterLog.Simulation.Network;

/// <summary>How bad the network is, in thousandths of its messages.</summary>
/// <param name="Lost">0 to 300.</param>
/// <param name="Duplicated">0 to 500.</param>
/// <param name="Delayed">0 to 500: by up to <paramref name="DelayMax"/> on top of the latency.</param>
/// <param name="DelayMax">In microseconds.</param>
/// <param name="Reordered">0 to 1,000: overtake each other; otherwise a link keeps its order.</param>
internal readonly record struct NetworkConditions(int Lost, int Duplicated, int Delayed, long DelayMax, int Reordered)
{
    public static NetworkConditions Good => default;
}
