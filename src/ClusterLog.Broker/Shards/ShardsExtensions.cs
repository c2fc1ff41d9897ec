using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>What can be done with the way into the shards.</summary>
internal static class ShardsExtensions
{
    /// <summary>Runs a question on the shard of a group, and gives its answer. For rare calls: it allocates.</summary>
    /// <exception cref="OperationCanceledException">The broker has stopped its shards.</exception>
    public static Task<T> AskAsync<T>(this IShards shards, GroupId group, Func<Shard, T> question)
    {
        var work = new AskWork<T>(question);
        if (!shards.Post(group, work))
        {
            work.Abandon();
        }

        return work.Answer;
    }
}
