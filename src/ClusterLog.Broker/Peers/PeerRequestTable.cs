namespace ClusterLog.Broker.Peers;

/// <summary>The requests to one peer that wait for their answers, by correlation id. Thread safe.</summary>
internal sealed class PeerRequestTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, TaskCompletionSource<ReadOnlyMemory<byte>>> _waiting = [];
    private readonly int _countMax;
    private uint _lastId;
    private string? _closedBecause;

    public PeerRequestTable(int countMax) => _countMax = countMax;

    /// <summary>Makes room for a request; the caller removes it in the end.</summary>
    /// <exception cref="PeerUnavailableException">The table is full or the connection gone.</exception>
    public (uint Id, Task<ReadOnlyMemory<byte>> Answer) Add(string peer)
    {
        lock (_lock)
        {
            if (_closedBecause is not null)
            {
                throw new PeerUnavailableException($"{peer} is not connected: {_closedBecause}.", outcomeUnknown: false);
            }

            if (_waiting.Count >= _countMax)
            {
                throw new PeerUnavailableException(
                    $"{peer} has {_countMax} requests to answer, which is as many as may wait.", outcomeUnknown: false);
            }

            var source = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
            while (!_waiting.TryAdd(++_lastId, source))
            {
                // After a wrap an old request may still wait under this id.
            }

            return (_lastId, source.Task);
        }
    }

    /// <summary>Forgets a request; its answer, should it still come, is dropped.</summary>
    public void Remove(uint id)
    {
        lock (_lock)
        {
            _waiting.Remove(id);
        }
    }

    /// <summary>Hands the answer to the one who waits; false when nobody waits any more.</summary>
    public bool Complete(string peer, PeerResponse response)
    {
        TaskCompletionSource<ReadOnlyMemory<byte>>? source;
        lock (_lock)
        {
            if (!_waiting.Remove(response.CorrelationId, out source))
            {
                return false;
            }
        }

        return response.Error is null
            ? source.TrySetResult(response.Body)
            : source.TrySetException(new PeerUnavailableException(
                $"{peer} could not answer: {response.Error}", outcomeUnknown: true));
    }

    /// <summary>Fails what waits and refuses what comes.</summary>
    public void Close(string peer, string reason)
    {
        TaskCompletionSource<ReadOnlyMemory<byte>>[] waiting;
        lock (_lock)
        {
            _closedBecause ??= reason;
            waiting = [.. _waiting.Values];
            _waiting.Clear();
        }

        foreach (var source in waiting)
        {
            source.TrySetException(new PeerUnavailableException(
                $"The connection to {peer} was lost before it answered: {reason}.", outcomeUnknown: true));
        }
    }
}
