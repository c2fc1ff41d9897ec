using System.Threading.Channels;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// The one way into a shard, open to any thread. What waits in it is bounded by those who post: requests in flight per
/// connection and bytes waiting per broker, the byte windows of the peers' leaders, one submission per turn, one tick.
/// </summary>
internal sealed class ShardInbox
{
    private readonly Channel<IShardWork> _works = Channel.CreateUnbounded<IShardWork>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    /// <summary>Posts work; false once the shard has stopped, when nobody will run it.</summary>
    public bool Post(IShardWork work) => _works.Writer.TryWrite(work);

    public bool TryTake(out IShardWork? work) => _works.Reader.TryRead(out work);

    /// <summary>Waits until there is work; false once the inbox is closed and empty.</summary>
    public ValueTask<bool> WaitAsync() => _works.Reader.WaitToReadAsync();

    public void Close() => _works.Writer.TryComplete();
}
