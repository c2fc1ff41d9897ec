using ClusterLog.Storage;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// Bounds what writes may pile up in memory: entries stay there until their segments are written, so that a disk slower
/// than the network would otherwise fill it.
/// </summary>
internal static class WritePressure
{
    /// <summary>What entries on their way to segments may take beyond the tail's budget, whatever that is.</summary>
    private const long BytesOnTheWay = 64L << 20;

    /// <summary>True when a leader should take nothing more in for now.</summary>
    public static bool IsTooHigh(StorageEngine storage) => BytesInMemory(storage) > BytesMax(storage);

    /// <summary>
    /// True when a follower should let its leader repeat. Only what the disk will take off by itself counts: after a
    /// start nothing is known to be committed, and were the whole recovered tail to count, a follower would put off the
    /// very entry that commits it, for ever. The rest is bounded by what the leaders take in.
    /// </summary>
    public static bool IsTooHighToFollow(StorageEngine storage) =>
        storage.Counters.SegmentQueueBytes + storage.Counters.WalQueueBytes > BytesMax(storage);

    /// <summary>True when logs should let go of entries that they hold in memory and in segments.</summary>
    public static bool IsOverTailBudget(StorageSet storage)
    {
        // Asked in each turn: by hand, since to enumerate would allocate.
        for (var i = 0; i < storage.Engines.Count; i++)
        {
            if (storage.Engines[i].Counters.TailBytes > storage.Engines[i].Options.TailBytesMax)
            {
                return true;
            }
        }

        return false;
    }

    public static long BytesInMemory(StorageEngine storage) =>
        storage.Counters.TailBytes + storage.Counters.WalQueueBytes;

    public static long BytesMax(StorageEngine storage) => (2 * storage.Options.TailBytesMax) + BytesOnTheWay;
}
