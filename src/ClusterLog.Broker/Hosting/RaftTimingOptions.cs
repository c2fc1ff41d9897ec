using ClusterLog.Raft;

namespace ClusterLog.Broker.Hosting;

/// <summary>
/// The pace of consensus. The cluster's: brokers with different values elect leaders needlessly or late. The defaults
/// give a new leader 1 to 2 seconds after a crash, plus one round of votes.
/// </summary>
internal sealed class RaftTimingOptions
{
    /// <summary>The tick that all Raft times count in; default 100 ms; 10 ms to 10 s.</summary>
    public TimeSpan TickInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Ticks without the leader's word before a replica campaigns (drawn up to twice this); default 10; 3 to 1,000.
    /// </summary>
    public int ElectionTicks { get; set; } = 10;

    /// <summary>Ticks between a leader's heartbeats; default 3; 1 to half of <see cref="ElectionTicks"/>.</summary>
    public int HeartbeatTicks { get; set; } = 3;

    /// <summary>
    /// Most bytes of entries in one append message; default 1 MiB; 4 KiB to 16 MiB. One entry may exceed it.
    /// </summary>
    public int AppendBytesMax { get; set; } = 1 << 20;

    /// <summary>
    /// Most bytes of entries on the way to one follower; default 8 MiB; <see cref="AppendBytesMax"/> to 1 GiB. Full:
    /// the leader waits for the follower's answer.
    /// </summary>
    public int InflightBytesMax { get; set; } = 8 << 20;

    /// <summary>Most append messages on the way to one follower; default 64; 1 to 4,096. Full: as above.</summary>
    public int InflightMessagesMax { get; set; } = 64;

    /// <summary>
    /// Most bytes of one partition that are proposed and not committed; default 64 MiB; 1 MiB to 4 GiB. Full: produce
    /// is refused with TooManyRequests, to be tried again.
    /// </summary>
    public long UncommittedBytesMax { get; set; } = 64L << 20;

    /// <summary>The same as the Raft core takes it.</summary>
    public RaftOptions ToRaftOptions() => new()
    {
        ElectionTicks = ElectionTicks,
        HeartbeatTicks = HeartbeatTicks,
        AppendBytesMax = AppendBytesMax,
        InflightBytesMax = InflightBytesMax,
        InflightMessagesMax = InflightMessagesMax,
        UncommittedBytesMax = UncommittedBytesMax,
    };
}
