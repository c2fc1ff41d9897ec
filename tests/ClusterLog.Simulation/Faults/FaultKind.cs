namespace ClusterLog.Simulation.Faults;

/// <summary>What can go wrong.</summary>
internal enum FaultKind
{
    /// <summary>The network gets worse, or better: A lost, B duplicated, C delayed, D reordered, all per mille.</summary>
    Network,

    /// <summary>One broker is cut off from all others.</summary>
    CutOne,

    /// <summary>The brokers whose bits are set in A are cut off from the rest.</summary>
    CutHalf,

    /// <summary>One broker's messages to broker A are lost, not those that come back; 0: to everyone.</summary>
    CutOneWay,

    /// <summary>All links are joined again.</summary>
    Join,

    /// <summary>A machine loses power; A: 1 with everything that was not synced. It comes back after a while.</summary>
    PowerLoss,

    /// <summary>The power goes in the middle of the A-th change to the disk from now.</summary>
    PowerLossInCall,

    /// <summary>All machines lose power at once; A: 1 with everything that was not synced.</summary>
    PowerLossOfAll,

    /// <summary>The process is killed; the page cache lives on.</summary>
    Kill,

    /// <summary>The process gets no processor time.</summary>
    Pause,

    /// <summary>No call to the disk returns.</summary>
    DiskStall,

    /// <summary>The A-th sync from now fails.</summary>
    SyncFailure,

    /// <summary>The disk has A bytes left.</summary>
    DiskFull,

    /// <summary>Bits flip in what is at rest.</summary>
    BitFlip,

    /// <summary>A write lands in another place.</summary>
    Misdirect,

    /// <summary>The disk is gone; the broker comes back with a blank one.</summary>
    DiskLost,

    /// <summary>The clock runs A parts per million too fast.</summary>
    ClockDrift,

    /// <summary>The monotonic clock leaps forward by A, the time of day by B.</summary>
    ClockJump,

    /// <summary>The broker wrongly believes that its link to broker A is gone.</summary>
    FalseDown,
}
