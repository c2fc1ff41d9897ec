using ClusterLog.Storage.Payloads;

namespace ClusterLog.Storage;

/// <content>
/// What leaves memory: entries that are in segments, the oldest first, over all logs of the broker. The age of an entry
/// is how many bytes have come into memory since, its own and those of any log: those younger than the budget always fit. To let go
/// is to give back a share of the payload's memory: nothing is copied, and whoever still writes, sends or reads the entry has
/// one too.
/// </content>
internal sealed partial class PartitionLog
{
    // So that a small budget is not spent on what a few blocks have beside their entries.
    private const long BlocksBytes = 32L << 20;

    /// <summary>
    /// Gets the shares of payloads that leave memory, from the owner, who gives them back once nobody on its thread looks at
    /// what it has read of this log any more. Null: they are given back at once.
    /// </summary>
    public List<PayloadSlice>? Leaving { get; set; }

    /// <summary>Whether entries of this log are in memory.</summary>
    public bool IsInMemory => _tail.Count > 0;

    /// <summary>
    /// Lets go of this log's entries that are in segments and older than the budget, while memory is over it; and of those
    /// that are much older than the budget in any case: what came with them is gone, and they would keep whole blocks of
    /// memory for themselves.
    /// </summary>
    public void EvictOld()
    {
        var budget = _engine.Options.TailBytesMax;
        Evict(budget, budget);
        Evict(long.MinValue, (2 * budget) + BlocksBytes);
    }

    // Whoever drives the logs evicts the oldest of all once they have taken in what has come (EvictOld). This one holds the
    // line where one append brings much at a time, or where nobody does.
    private void EvictWhileFarOver() => Evict(_engine.Options.TailBytesMax + (_engine.Options.TailBytesMax / 8), ageMin: 0);

    private void Evict(long bytesMax, long ageMin)
    {
        var counters = _engine.Counters;
        if (_tail.Count == 0 || counters.TailBytes <= bytesMax)
        {
            return;
        }

        var segmented = _progress.Segments.LastIndex;
        while (_tail.Count > 0
            && _tail.FirstIndex <= segmented
            && counters.TailBytes > bytesMax
            && counters.TailArrived - _tail.FirstArrival >= ageMin)
        {
            CountGone(_tail.RemoveFirst(Leaving));
        }
    }
}
