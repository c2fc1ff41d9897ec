namespace ClusterLog.Broker.Shards;

/// <summary>A question on its way to a shard, with the answer for whoever waits for it.</summary>
internal sealed class AskWork<T>(Func<Shard, T> question) : IShardWork
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Cancelled where the broker has stopped its shards.</summary>
    public Task<T> Answer => _answer.Task;

    public void Abandon() => _answer.TrySetCanceled();

    public void Run(Shard shard)
    {
        try
        {
            _answer.TrySetResult(question(shard));
        }
        catch (Exception exception)
        {
            // The one who asked hears of it; the shard goes on.
            _answer.TrySetException(exception);
        }
    }
}
