namespace ClusterLog.Raft;

/// <summary>How a core behaves; the same for every replica of a group. Times are in ticks of the driver.</summary>
internal sealed record RaftOptions
{
    /// <summary>Ticks without a leader's word before a replica campaigns; the core draws between this and twice this.</summary>
    public int ElectionTicks { get; init; } = 10;

    /// <summary>Ticks between a leader's heartbeats; less than <see cref="ElectionTicks"/>.</summary>
    public int HeartbeatTicks { get; init; } = 1;

    /// <summary>Ask for votes without raising the term first, so that a replica cut off does not disturb (thesis 9.6).</summary>
    public bool PreVote { get; init; } = true;

    /// <summary>A leader that hears from no majority for an election timeout steps down (thesis 6.2).</summary>
    public bool CheckQuorum { get; init; } = true;

    /// <summary>Most bytes of entries in one append message; one entry may exceed it.</summary>
    public int AppendBytesMax { get; init; } = 1 << 20;

    /// <summary>Most bytes of entries sent to one follower and not yet answered; full means: wait for an answer.</summary>
    public int InflightBytesMax { get; init; } = 8 << 20;

    /// <summary>Most append messages to one follower that are not yet answered.</summary>
    public int InflightMessagesMax { get; init; } = 64;

    /// <summary>Most bytes of entries proposed and not yet committed; full means that proposals are refused as busy.</summary>
    public long UncommittedBytesMax { get; init; } = 64L << 20;

    /// <summary>Most reads that wait at one replica for their read index; full means that reads are refused as busy.</summary>
    public int ReadsWaitingMax { get; init; } = 4096;

    /// <summary>
    /// A group with nothing to do for an election timeout stops its clocks until something happens, so that idle groups
    /// cost nothing. A wrong guess costs time to elect a leader, never safety.
    /// </summary>
    public bool QuietGroups { get; init; } = true;
}
