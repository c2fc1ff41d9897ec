namespace ClusterLog.Broker.Hosting;

/// <summary>
/// The limits that keep one client, or all of them, from taking the broker down. The node's, but clients are happier
/// where all brokers have the same. Every limit says what a client meets there.
/// </summary>
internal sealed class LimitOptions
{
    /// <summary>
    /// Most bytes of one request frame; default 8 MiB; 64 KiB to 64 MiB. More: FrameTooLarge, connection closed.
    /// </summary>
    public int FrameBytesMax { get; set; } = 8 << 20;

    /// <summary>
    /// Most bytes of a frame before the handshake; default 64 KiB; 1 KiB to 1 MiB. More: connection closed.
    /// </summary>
    public int HandshakeFrameBytesMax { get; set; } = 64 << 10;

    /// <summary>
    /// Most bytes of one record; default 1 MiB; 1 KiB to <see cref="FrameBytesMax"/> less 4 KiB. More: RecordTooLarge.
    /// </summary>
    public int RecordBytesMax { get; set; } = 1 << 20;

    /// <summary>
    /// Most client connections; default 10,000; 1 to 1,000,000. Full: TooManyConnections, connection closed.
    /// </summary>
    public int ConnectionsMax { get; set; } = 10_000;

    /// <summary>Most HTTP connections; default 256; 1 to 100,000. Full: the connection is closed.</summary>
    public int HttpConnectionsMax { get; set; } = 256;

    /// <summary>
    /// Most requests of one connection in work; default 256; 1 to 65,536. Full: the broker reads no further from that
    /// connection until one is answered.
    /// </summary>
    public int RequestsInFlightPerConnectionMax { get; set; } = 256;

    /// <summary>
    /// Most bytes of one connection's requests in work; default 32 MiB; <see cref="FrameBytesMax"/> to 1 GiB. Full: as
    /// above.
    /// </summary>
    public int ConnectionBytesInFlightMax { get; set; } = 32 << 20;

    /// <summary>
    /// Most bytes of produce requests accepted and not answered, of the whole broker; default 256 MiB;
    /// <see cref="FrameBytesMax"/> to 64 GiB. Full: TooManyRequests, to be tried again.
    /// </summary>
    public long BytesWaitingMax { get; set; } = 256L << 20;

    /// <summary>
    /// Most bytes of frames half received and of fetched records not yet taken, of all connections together; default
    /// 1 GiB; <see cref="FrameBytesMax"/> to 64 GiB. Full: a connection that sends more is closed, and a fetch gets
    /// TooManyRequests, to be tried again.
    /// </summary>
    public long BytesBufferedMax { get; set; } = 1L << 30;

    /// <summary>
    /// Most bytes of replies that one connection has not taken; default 16 MiB; <see cref="FrameBytesMax"/> to 1 GiB.
    /// Full: the broker reads no further from that connection, and <see cref="WriteTimeout"/> runs.
    /// </summary>
    public int ReplyBytesBufferedMax { get; set; } = 16 << 20;

    /// <summary>
    /// Most bytes of batches in one fetch reply; default 8 MiB; 64 KiB to 64 MiB. A client that asks for more gets
    /// this.
    /// </summary>
    public int FetchBytesMax { get; set; } = 8 << 20;

    /// <summary>
    /// Longest wait of a long-poll fetch; default 30 s; 0 s to 10 min. A client that asks for more gets this.
    /// </summary>
    public TimeSpan FetchWaitMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest time that a produce may wait for its majority; default 60 s; 100 ms to 10 min. More is cut to this.
    /// </summary>
    public TimeSpan ProduceTimeoutMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Time for a new connection to say its handshake; default 10 s; 100 ms to 10 min. Over: connection closed.
    /// </summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time from the first byte of a frame to its last; default 30 s; 100 ms to 10 min. Over: connection closed.
    /// </summary>
    public TimeSpan FrameTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time without a request in work or a byte read; default 10 min; 1 s to 24 h. Over: connection closed.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Time for a client to take some of its replies; default 30 s; 100 ms to 10 min. Over: connection closed.
    /// </summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Most bytes of one frame between brokers; default 32 MiB; 1 MiB above <see cref="FrameBytesMax"/> to 256 MiB. The
    /// cluster's. More: connection closed.
    /// </summary>
    public int PeerFrameBytesMax { get; set; } = 32 << 20;

    /// <summary>
    /// Most bytes queued for one peer; default 64 MiB; <see cref="PeerFrameBytesMax"/> to 4 GiB. Full: messages are
    /// dropped and counted; Raft sends again.
    /// </summary>
    public long PeerOutboundBytesMax { get; set; } = 64L << 20;
}
