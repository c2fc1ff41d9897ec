using ClusterLog.Raft;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// The replicas of a shard whose state machines want to be called at some time, soonest first: ten thousand that wait for
/// days cost nothing meanwhile. Each stands in it once at most. Owned by the shard.
/// </summary>
internal sealed class DueReplicas
{
    private readonly SortedSet<(long At, GroupId Group)> _due = [];
    private readonly Dictionary<GroupId, Replica> _replicas = [];

    /// <summary>How many wait.</summary>
    public int Count => _due.Count;

    /// <summary>Calls a replica at a time, unless it is to be called sooner anyway.</summary>
    public void Add(Replica replica, long atMilliseconds)
    {
        if (atMilliseconds >= replica.DueAt)
        {
            return;
        }

        Remove(replica);
        replica.DueAt = atMilliseconds;
        _due.Add((atMilliseconds, replica.Group));
        _replicas[replica.Group] = replica;
    }

    /// <summary>Calls a replica no more.</summary>
    public void Remove(Replica replica)
    {
        if (_due.Remove((replica.DueAt, replica.Group)))
        {
            _replicas.Remove(replica.Group);
            replica.DueAt = long.MaxValue;
        }
    }

    /// <summary>Calls those whose time has come.</summary>
    public void Run(long nowMilliseconds)
    {
        // What is added meanwhile is for the next time, be it due already.
        for (var left = _due.Count; left > 0 && _due.Count > 0 && _due.Min.At <= nowMilliseconds; left--)
        {
            var replica = _replicas[_due.Min.Group];
            Remove(replica);
            if (!replica.IsStopped)
            {
                Shard.Guard(replica, nowMilliseconds, static (due, now) => due.Machine.OnDue(now));
            }
        }
    }
}
