namespace ClusterLog.Broker.Peers;

/// <summary>How brokers talk to each other. Sizes are in bytes.</summary>
internal sealed record PeerOptions
{
    /// <summary>This broker's id; one of <see cref="Cluster"/>.</summary>
    public required int BrokerId { get; init; }

    /// <summary>The cluster's name; brokers of another name are refused. The same on every broker.</summary>
    public required string ClusterName { get; init; }

    /// <summary>All brokers, this one too; the ids must be the same on every broker.</summary>
    public required IReadOnlyList<PeerAddress> Cluster { get; init; }

    /// <summary>
    /// Differs from one start of a process to the next, so that two processes with the same id are told from one that
    /// has connected again.
    /// </summary>
    public required ulong Incarnation { get; init; }

    /// <summary>The largest frame sent or accepted: one append request, or one entry of the largest size. 32 MiB.</summary>
    public int PeerFrameBytesMax { get; init; } = 32 << 20;

    /// <summary>
    /// The most bytes that wait for one peer, 64 MiB by default. When full, Raft messages to it are dropped and counted
    /// (Raft sends again), and requests fail.
    /// </summary>
    public long OutboundBytesMax { get; init; } = 64L << 20;

    /// <summary>
    /// What leader announcements, requests and their answers may take beyond <see cref="OutboundBytesMax"/>, 4 MiB by
    /// default. A peer for which an announcement finds no room even so is disconnected: it hears all at the next start.
    /// </summary>
    public long ControlBytesMax { get; init; } = 4L << 20;

    /// <summary>
    /// The most requests to one peer without an answer, and the most of a peer's requests in work. 1,024. When full, the
    /// next request fails at once.
    /// </summary>
    public int RequestsInFlightMax { get; init; } = 1024;

    /// <summary>A link over which nothing was sent for this long carries a ping. 500 ms.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A peer from which no byte came for this long is taken for dead; several ping intervals. 3 s.</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a TCP connection, and then the handshake over it, may each take. 3 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The wait before the first new attempt to connect; doubles from one to the next. 50 ms.</summary>
    public TimeSpan ReconnectDelayMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest wait between attempts to connect; each is drawn from the upper half. 1 s.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most accepted connections whose handshake is under way. 64. Further ones are closed at once.</summary>
    public int HandshakesMax { get; init; } = 64;
}
