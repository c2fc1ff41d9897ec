namespace ClusterLog.Client.Consuming;

/// <summary>How much of one broker's answers is under way. Owned by the <see cref="FetchLoop"/>, but for the count.</summary>
internal sealed class BrokerFetch
{
    private int _unread;

    /// <summary>Whether a fetch waits for its answer.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Which partition comes first in the next fetch: each in its turn, so that none starves the others.</summary>
    public int Turn { get; set; }

    /// <summary>Whether an answer waits to be read, so that no more is to be fetched.</summary>
    public bool HasUnread => Volatile.Read(ref _unread) > 0;

    public void AddUnread() => Interlocked.Increment(ref _unread);

    public void RemoveUnread() => Interlocked.Decrement(ref _unread);
}
