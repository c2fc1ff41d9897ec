namespace ClusterLog.Storage;

/// <content>
/// What leaves memory: entries that are in segments, the oldest first, over all logs of the broker. The age of an entry
/// is how many bytes have come into memory since, its own and those of any log: those younger than the budget always fit. To let go
/// is to drop a reference: nothing is copied, and whoever still writes, sends or reads the entry keeps it.
/// </content>
internal sealed partial class PartitionLog
{
    /// <summary>Whether entries of this log are in memory.</summary>
    public bool IsInMemory => _tail.Count > 0;

    /// <summary>
    /// While memory is over the budget, lets go of this log's entries that are in segments and older than the budget.
    /// </summary>
    public void EvictOld() => Evict(_engine.Options.TailBytesMax, _engine.Options.TailBytesMax);

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
            CountGone(_tail.RemoveFirst().SizeBytes);
        }
    }
}
