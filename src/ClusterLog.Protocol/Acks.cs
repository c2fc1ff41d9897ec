namespace ClusterLog.Protocol;

/// <summary>What must be done with records before their produce request is answered. On the wire as numbers.</summary>
public enum Acks : byte
{
    /// <summary>The leader holds them in memory: a crash of that one broker may lose them.</summary>
    None = 0,

    /// <summary>The leader has them on its disk: they may be lost if it fails before others have them.</summary>
    Leader = 1,

    /// <summary>They are committed, fsynced by a majority of the replicas: no minority's crash loses them.</summary>
    All = 2,
}
