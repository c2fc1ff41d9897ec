using System.Threading.Channels;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// Reads from disk on behalf of shards, which never wait for a file themselves: replay after a start, followers far
/// behind. A few workers share one queue, bounded by one read per replica and follower.
/// </summary>
internal sealed class ColdReads : IColdReads, IAsyncDisposable
{
    private readonly Channel<Action> _reads = Channel.CreateUnbounded<Action>();
    private readonly Task[] _workers;

    /// <param name="workers">How many reads run side by side; 1 or more.</param>
    public ColdReads(int workers)
    {
        _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(RunAsync))];
    }

    /// <inheritdoc/>
    public void Enqueue(Action read) => _reads.Writer.TryWrite(read);

    public async ValueTask DisposeAsync()
    {
        _reads.Writer.TryComplete();
        await Task.WhenAll(_workers);
    }

    private async Task RunAsync()
    {
        await foreach (var read in _reads.Reader.ReadAllAsync())
        {
            read();
        }
    }
}
