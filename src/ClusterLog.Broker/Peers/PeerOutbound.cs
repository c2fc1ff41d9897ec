using System.Threading.Tasks.Sources;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// What waits to be sent to one peer: many threads add, one loop takes all at once. Adding never waits; it is refused
/// when the bytes that wait or are being written meet the bound. Messages are kept by reference and encoded by the
/// loop, so a shard's turn pays for an addition to a list and the payloads are copied once.
/// </summary>
internal sealed class PeerOutbound : IValueTaskSource<bool>
{
    private readonly Lock _lock = new();
    private readonly long _bytesMax;
    private readonly long _controlBytesMax;
    private ManualResetValueTaskSourceCore<bool> _wake = new() { RunContinuationsAsynchronously = true };
    private List<OutboundFrame> _waiting = [];
    private long _bytes;
    private bool _hasUnflushed;
    private bool _isFlushed;
    private bool _isLoopWaiting;
    private bool _isClosed;

    public PeerOutbound(long bytesMax, long controlBytesMax)
    {
        _bytesMax = bytesMax;
        _controlBytesMax = controlBytesMax;
    }

    /// <summary>The bytes that wait or are being written.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Adds a frame; false when it is closed or there is no room, which is larger for control frames.</summary>
    public bool TryAdd(in OutboundFrame frame, bool isControl)
    {
        lock (_lock)
        {
            var max = isControl ? _bytesMax + _controlBytesMax : _bytesMax;
            if (_isClosed || _bytes + frame.SizeBytes > max)
            {
                return false;
            }

            _bytes += frame.SizeBytes;
            _waiting.Add(frame);
            Volatile.Write(ref _hasUnflushed, true);
            return true;
        }
    }

    /// <summary>Lets the loop take what was added so far. Costs one read when there is nothing.</summary>
    public void Flush()
    {
        if (!Volatile.Read(ref _hasUnflushed))
        {
            return;
        }

        lock (_lock)
        {
            _isFlushed = _waiting.Count > 0;
            _hasUnflushed = false;
            if (!_isFlushed || !_isLoopWaiting)
            {
                return;
            }

            _isLoopWaiting = false;
        }

        _wake.SetResult(true);
    }

    /// <summary>Completes when there is something to take: true; or when it is closed: false. For one loop.</summary>
    public ValueTask<bool> WaitAsync()
    {
        lock (_lock)
        {
            if (_isClosed || _isFlushed)
            {
                return ValueTask.FromResult(!_isClosed);
            }

            _wake.Reset();
            _isLoopWaiting = true;
            return new ValueTask<bool>(this, _wake.Version);
        }
    }

    /// <summary>Takes all frames that wait, and leaves the list given in their place.</summary>
    public List<OutboundFrame> Take(List<OutboundFrame> empty)
    {
        lock (_lock)
        {
            var taken = _waiting;
            _waiting = empty;
            _isFlushed = false;
            _hasUnflushed = false;
            return taken;
        }
    }

    /// <summary>Gives back the room of frames that were written.</summary>
    public void Release(long bytes)
    {
        lock (_lock)
        {
            _bytes -= bytes;
        }
    }

    /// <summary>Refuses what comes from now on, and ends the loop.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _waiting.ForEach(static frame => frame.Held?.Dispose());
            _waiting.Clear();
            if (!_isLoopWaiting)
            {
                return;
            }

            _isLoopWaiting = false;
        }

        _wake.SetResult(false);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);
}
