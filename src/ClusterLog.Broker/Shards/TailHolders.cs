using ClusterLog.Storage;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// The replicas of a shard whose logs hold entries in memory, in a line: over the budget, each in turn lets go of what is
/// oldest over the whole broker. So what is read no more makes room for what is written now, whichever partition it is
/// of, and no partition has to be looked at that holds nothing. The shard's thread only.
/// </summary>
internal sealed class TailHolders
{
    /// <summary>How many a turn may look at: with thousands of them, one turn would take too long.</summary>
    private const int VisitsMax = 64;

    /// <summary>How many each turn looks at, also within the budget: they may hold what is much too old.</summary>
    private const int VisitsMin = 2;

    private readonly Queue<Replica> _line = new();

    // What has left memory in this turn. Until it ends, whatever the shard has read of its logs stays what it is, so that
    // only those off the shard need shares of payloads.
    private readonly List<PayloadSlice> _leaving = [];

    /// <summary>A replica has come to the shard.</summary>
    public void Take(Replica replica) => replica.Log.Leaving = _leaving;

    /// <summary>The turn is over: nobody on the shard looks at what has left memory any more.</summary>
    public void LetGo()
    {
        foreach (var slice in _leaving)
        {
            slice.GiveBack();
        }

        _leaving.Clear();
    }

    /// <summary>Looks whether a replica holds entries in memory, after each of its turns.</summary>
    public void Note(Replica replica)
    {
        if (!replica.IsTailHolder && replica.Log.IsInMemory)
        {
            replica.IsTailHolder = true;
            _line.Enqueue(replica);
        }
    }

    /// <summary>A replica has left the shard: its log is dropped, or another's from now on.</summary>
    public static void Forget(Replica replica) => replica.IsTailHolder = false;

    /// <summary>
    /// At the end of a turn: while memory is over the budget, lets go of what is older than the budget. Where that is not
    /// enough at once, since another shard has yet to do the same, each log holds the line an eighth above for itself.
    /// </summary>
    public void Evict(StorageSet storage)
    {
        var most = Math.Min(_line.Count, VisitsMax);
        for (var visits = 0; visits < most && (visits < VisitsMin || WritePressure.IsOverTailBudget(storage)); visits++)
        {
            var replica = _line.Dequeue();
            if (!replica.IsTailHolder)
            {
                continue;
            }

            replica.Log.EvictOld();
            replica.IsTailHolder = replica.Log.IsInMemory;
            if (replica.IsTailHolder)
            {
                _line.Enqueue(replica);
            }
        }
    }
}
