namespace ClusterLog.Simulation.Rot;

/// <summary>What a broker is doing while its disk rots.</summary>
internal enum RotMoment
{
    /// <summary>Nothing: it is down.</summary>
    Down,

    /// <summary>It leads all groups; then consumers read everything from it.</summary>
    Read,

    /// <summary>It runs; then its scrubber reads everything.</summary>
    Scrub,
}
