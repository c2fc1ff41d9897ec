namespace ClusterLog.Broker.Clients;

/// <summary>
/// Bounds what one connection has in flight, by requests and by bytes (of batches on their way in, of replies on their
/// way out). When it is full the connection is not read any more, and TCP makes the client wait.
/// </summary>
internal sealed class RequestWindow
{
    private readonly Lock _lock = new();
    private readonly int _requestsMax;
    private readonly long _bytesMax;
    private int _requests;
    private long _bytes;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _empty;

    public RequestWindow(int requestsMax, long bytesMax)
    {
        _requestsMax = requestsMax;
        _bytesMax = bytesMax;
    }

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _requests == 0;
            }
        }
    }

    /// <summary>Waits until one more request may start. One caller at a time: the connection's reader.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (HasRoom)
            {
                return Task.CompletedTask;
            }

            _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    public void Enter()
    {
        lock (_lock)
        {
            _requests++;
        }
    }

    /// <summary>A request in flight weighs more (or, negative, less) bytes from now on.</summary>
    public void AddBytes(long bytes)
    {
        lock (_lock)
        {
            _bytes += bytes;
            SignalRoom();
        }
    }

    public void Leave(long bytes)
    {
        lock (_lock)
        {
            _requests--;
            _bytes -= bytes;
            SignalRoom();
            if (_requests == 0)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }

    /// <summary>Completes when nothing is in flight.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_lock)
        {
            if (_requests == 0)
            {
                return Task.CompletedTask;
            }

            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    private bool HasRoom => _requests < _requestsMax && _bytes < _bytesMax;

    private void SignalRoom()
    {
        if (_room is not null && HasRoom)
        {
            _room.TrySetResult();
            _room = null;
        }
    }
}
