namespace ClusterLog.Broker.Peers;

/// <summary>
/// What went over one link, or over all of them, since the start. Read and written by any thread; what is counted on a
/// link is counted in the sum as well.
/// </summary>
internal sealed class PeerCounters
{
    private readonly PeerCounters? _total;
    private long _framesSent;
    private long _messagesSent;
    private long _bytesSent;
    private long _framesReceived;
    private long _bytesReceived;
    private long _flushes;
    private long _droppedNotConnected;
    private long _droppedOutboundFull;
    private long _connects;
    private long _disconnects;
    private long _refusals;

    public PeerCounters(PeerCounters? total = null) => _total = total;

    public long FramesSent => Volatile.Read(ref _framesSent);

    /// <summary>The Raft messages among <see cref="FramesSent"/>; none while all groups are quiet.</summary>
    public long MessagesSent => Volatile.Read(ref _messagesSent);

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public long FramesReceived => Volatile.Read(ref _framesReceived);

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Hand-overs to the socket; frames sent per flush tell how well messages coalesce.</summary>
    public long Flushes => Volatile.Read(ref _flushes);

    /// <summary>Messages to a peer that was not connected.</summary>
    public long DroppedNotConnected => Volatile.Read(ref _droppedNotConnected);

    /// <summary>Messages that met <see cref="PeerOptions.OutboundBytesMax"/> or the frame's limit.</summary>
    public long DroppedOutboundFull => Volatile.Read(ref _droppedOutboundFull);

    public long Connects => Volatile.Read(ref _connects);

    public long Disconnects => Volatile.Read(ref _disconnects);

    /// <summary>Handshakes that this broker has refused.</summary>
    public long Refusals => Volatile.Read(ref _refusals);

    public void CountSent(int frames, int messages, long bytes)
    {
        Interlocked.Add(ref _framesSent, frames);
        Interlocked.Add(ref _messagesSent, messages);
        Interlocked.Add(ref _bytesSent, bytes);
        Interlocked.Increment(ref _flushes);
        _total?.CountSent(frames, messages, bytes);
    }

    public void CountReceived(int frames, long bytes)
    {
        Interlocked.Add(ref _framesReceived, frames);
        Interlocked.Add(ref _bytesReceived, bytes);
        _total?.CountReceived(frames, bytes);
    }

    public void CountDroppedNotConnected()
    {
        Interlocked.Increment(ref _droppedNotConnected);
        _total?.CountDroppedNotConnected();
    }

    public void CountDroppedOutboundFull()
    {
        Interlocked.Increment(ref _droppedOutboundFull);
        _total?.CountDroppedOutboundFull();
    }

    public void CountConnect()
    {
        Interlocked.Increment(ref _connects);
        _total?.CountConnect();
    }

    public void CountDisconnect()
    {
        Interlocked.Increment(ref _disconnects);
        _total?.CountDisconnect();
    }

    public void CountRefusal()
    {
        Interlocked.Increment(ref _refusals);
        _total?.CountRefusal();
    }
}
