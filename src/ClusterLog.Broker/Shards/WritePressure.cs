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

    /// <summary>True when nothing more should be taken in for now: a leader refuses, a follower lets its leader repeat.</summary>
    public static bool IsTooHigh(StorageEngine storage) => BytesInMemory(storage) > BytesMax(storage);

    public static long BytesInMemory(StorageEngine storage) =>
        storage.Counters.TailBytes + storage.Counters.WalQueueBytes;

    public static long BytesMax(StorageEngine storage) => (2 * storage.Options.TailBytesMax) + BytesOnTheWay;
}
