using ClusterLog.Raft;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Storage;

/// <summary>
/// What one shard hands to the WAL lane in one turn: the writes of all its active groups, in order. Filled by the
/// shard, then owned by the lane until <see cref="IStorageCompletion"/> is told, then reusable by the shard.
/// </summary>
internal sealed class WalSubmission : IDisposable
{
    private readonly List<GroupWrite> _writes = [];
    private PayloadHold _held = new();

    public WalSubmission(IStorageCompletion completion)
    {
        Completion = completion;
    }

    public IStorageCompletion Completion { get; }

    /// <summary>The writes, one per group and turn, in the order in which they must be found after a crash.</summary>
    public IReadOnlyList<GroupWrite> Writes => _writes;

    /// <summary>Adds a write, and keeps the payloads of its entries until it is done.</summary>
    public void Add(in GroupWrite write)
    {
        for (var i = 0; i < write.Entries.Count; i++)
        {
            _held.Add(write.Entries[i]);
        }

        _writes.Add(write);
    }

    /// <summary>All is written: nobody reads the entries' payloads here any more. By the lane.</summary>
    public void Dispose() => _held.Dispose();

    public void Clear()
    {
        _held.Dispose();
        _held = new PayloadHold();
        _writes.Clear();
    }
}

/// <summary>
/// One group's writes of one turn: first the snapshot, where one is installed, then the hard state, where it changed, then
/// the entries.
/// </summary>
/// <param name="Entries">
/// In order. The first may have an index at or below what was written before: it then replaces all from there on.
/// </param>
/// <param name="Token">The driver's own; storage carries it and never looks at it.</param>
/// <param name="Context">The driver's own too: whom to tell.</param>
/// <param name="Snapshot">
/// Takes the place of the whole log, of which nothing counts any more: after a crash either the old log is found or
/// exactly this one. The driver has called <see cref="PartitionLog.Reset"/> with it before.
/// </param>
/// <param name="MaySyncLater">
/// The entries are acknowledged once written, before their sync, which follows within
/// <see cref="StorageOptions.UnsyncedTimeMax"/> and <see cref="StorageOptions.UnsyncedBytesMax"/>: the death of the process
/// loses none, a loss of power may lose those. Hard states, configurations and snapshots are synced first all the same.
/// </param>
internal readonly record struct GroupWrite(
    GroupId Group,
    HardState? HardState,
    IReadOnlyList<LogEntry> Entries,
    DurableToken Token,
    object? Context,
    RaftSnapshot? Snapshot = null,
    bool MaySyncLater = false);
