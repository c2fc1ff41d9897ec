using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Storage;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Broker.Partitions;

/// <summary>What a shard says to the read of one partition.</summary>
/// <param name="Entries">From memory; empty when there is nothing new, or when <paramref name="Cold"/> must be read.</param>
/// <param name="Cold">Not null when the records are on disk only: read there, off the shard.</param>
/// <param name="UpTo">The last committed entry: nothing beyond it may be shown.</param>
/// <param name="Held">Keeps the payloads of <paramref name="Entries"/> until it is disposed of.</param>
internal sealed record PartitionRead(
    ErrorCode Code,
    string Message,
    long HighWatermark,
    long FirstOffset,
    IReadOnlyList<LogEntry> Entries,
    LogReadView? Cold,
    LogIndex UpTo,
    PayloadHold? Held = null)
{
    public static PartitionRead Failed(ErrorCode code, string message, long highWatermark = -1, long firstOffset = -1) =>
        new(code, message, highWatermark, firstOffset, [], null, LogIndex.Zero);
}

/// <summary>
/// Reads committed entries of one partition, from an offset on; where there are fewer bytes than are worth an answer,
/// leaves a waiter behind.
/// </summary>
internal sealed class FetchWork(PartitionInfo address, long offset, int bytesMax, int minBytes, FetchWaiter? waiter)
    : IShardWork
{
    private readonly TaskCompletionSource<PartitionRead> _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<PartitionRead> Read => _read.Task;

    public void Run(Shard shard)
    {
        try
        {
            _read.TrySetResult(ReadOn(shard));
        }
        catch (Exception exception)
        {
            // The consumer hears of it; a failed read changes nothing in the partition.
            _read.TrySetException(exception);
        }
    }

    /// <inheritdoc/>
    public void Abandon() =>
        _read.TrySetResult(PartitionRead.Failed(ErrorCode.ShuttingDown, $"{address} has stopped on this broker."));

    private PartitionRead ReadOn(Shard shard)
    {
        if (shard.Find(address.Group) is not { } replica)
        {
            return PartitionRead.Failed(ErrorCode.NotLeader, $"This broker holds no replica of {address}.");
        }

        var partition = (Partition)replica.Machine;
        if (!replica.IsReadyToServe)
        {
            return PartitionRead.Failed(
                replica.Leads ? ErrorCode.LeaderNotAvailable : ErrorCode.NotLeader,
                $"{address} is led by broker {replica.Leader} in term {replica.Term}.");
        }

        var (first, end) = (partition.FirstOffset, partition.HighWatermark);
        if (offset < first || offset > end)
        {
            return PartitionRead.Failed(
                ErrorCode.OffsetOutOfRange, $"{address} holds offsets {first} to {end - 1}; asked for {offset}.", end, first);
        }

        if (offset == end)
        {
            Wait(partition);
            return new PartitionRead(ErrorCode.None, "", end, first, [], null, LogIndex.Zero);
        }

        var entries = new List<LogEntry>();
        var cold = replica.Log.TryReadFrom(offset, replica.Applied, bytesMax, entries) ? null : replica.Log.ColdView();
        if (cold is not null || entries.Sum(static entry => (long)entry.Payload.Length) < minBytes)
        {
            Wait(partition);
        }

        var held = new PayloadHold();
        return new PartitionRead(
            ErrorCode.None, "", end, first, held.AddForLong(entries), cold, replica.Applied, held);
    }

    private void Wait(Partition partition)
    {
        if (waiter is not null)
        {
            partition.AddWaiter(waiter);
        }
    }
}
