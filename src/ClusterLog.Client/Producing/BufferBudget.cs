using ClusterLog.Client.Connections;

namespace ClusterLog.Client.Producing;

/// <summary>Counts the bytes of batches that are not yet settled against their limit. Thread safe.</summary>
internal sealed class BufferBudget
{
    private readonly long _bytesMax;
    private long _used;

    public BufferBudget(long bytesMax)
    {
        _bytesMax = bytesMax;
    }

    /// <summary>The bytes in use.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Set whenever bytes are given back.</summary>
    public AsyncSignal Released { get; } = new();

    /// <summary>
    /// Takes bytes if there is room. Someone who is alone gets any number, else a record that is larger than the limit
    /// with its overhead would wait for ever.
    /// </summary>
    public bool TryReserve(long bytes)
    {
        var used = Interlocked.Add(ref _used, bytes);
        if (used <= _bytesMax || used == bytes)
        {
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        Released.Set();
    }
}
