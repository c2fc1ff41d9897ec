namespace ClusterLog.Broker.Clients;

/// <summary>A bound on bytes held at a time, over the whole broker. Safe to use from any thread.</summary>
internal sealed class ByteBudget
{
    private readonly long _bytesMax;
    private long _taken;

    public ByteBudget(long bytesMax)
    {
        _bytesMax = bytesMax;
    }

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes bytes if there is room; a request larger than the whole budget gets through when nothing else is held.</summary>
    public bool TryTake(long bytes)
    {
        var taken = Interlocked.Add(ref _taken, bytes);
        if (taken <= _bytesMax || taken == bytes)
        {
            return true;
        }

        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    public void Give(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
