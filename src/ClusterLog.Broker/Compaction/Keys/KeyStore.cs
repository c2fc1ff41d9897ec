using ClusterLog.Raft;
using FASTER.core;

namespace ClusterLog.Broker.Compaction.Keys;

/// <summary>
/// For each key of the groups that were applied to it: the latest offset, and whether that record deletes the key; and how
/// far each group was applied. Larger than memory: what is not used lies in files of the broker's directory. A cache of
/// the logs: nothing is lost with it but the time to apply them again. One thread at a time.
/// </summary>
internal sealed class KeyStore : IDisposable
{
    private const int PageBitsMin = 14;

    // A page of the log is so much smaller than its memory.
    private const int PagesBits = 5;

    // Under this size the log is not worth cleaning.
    private const long LogBytesMin = 16L << 20;

    private readonly CheckedDevice _device;
    private readonly FasterKV<IndexKey, long> _store;
    private readonly ClientSession<IndexKey, long, long, long, Empty, SimpleFunctions<IndexKey, long>> _session;
    private readonly StoreManifest _manifest;

    private KeyStore(string folder, long memoryBytes, bool recovers)
    {
        _manifest = new StoreManifest(folder);
        _device = new CheckedDevice(folder);
        var memoryBits = Math.Max(PageBitsMin + PagesBits, (int)Math.Log2(memoryBytes) - 1);
        _store = new FasterKV<IndexKey, long>(
            Math.Max(1024, memoryBytes / 4 / 64),
            new LogSettings
            {
                LogDevice = _device,
                MemorySizeBits = memoryBits,
                PageSizeBits = memoryBits - PagesBits,
                SegmentSizeBits = Math.Max(memoryBits, 26),
            },
            new CheckpointSettings { CheckpointDir = _manifest.CheckpointFolder, RemoveOutdated = true },
            comparer: new IndexKeyComparer());
        if (recovers)
        {
            _device.Restore(_manifest.Sectors);
            _store.Recover();
        }

        _session = _store.For(new SimpleFunctions<IndexKey, long>()).NewSession<SimpleFunctions<IndexKey, long>>();
    }

    /// <summary>Why the store cannot be believed any more, in words; null while it can.</summary>
    public string? Damage => _device.Damage;

    /// <summary>
    /// The store as its latest checkpoint has it, or an empty one, where there is none, or any byte of it is not as it was
    /// written.
    /// </summary>
    /// <param name="folder">Its folder, which is the store's alone.</param>
    /// <param name="memoryBytes">Memory to take, about.</param>
    /// <param name="whyEmpty">What was wrong with the checkpoint, in words; null when nothing was.</param>
    public static KeyStore Open(string folder, long memoryBytes, out string? whyEmpty)
    {
        whyEmpty = null;
        Directory.CreateDirectory(folder);
        var manifest = new StoreManifest(folder);
        try
        {
            if (manifest.Check())
            {
                var store = new KeyStore(folder, memoryBytes, recovers: true);
                if (store.Damage is null)
                {
                    return store;
                }

                whyEmpty = store.Damage;
                store.Dispose();
            }
        }
        catch (Exception exception) when (exception is FasterException or InvalidDataException or IOException)
        {
            // Whatever it is: the logs have it all.
            whyEmpty = exception.Message;
        }

        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return new KeyStore(folder, memoryBytes, recovers: false);
    }

    /// <summary>The index up to which a group was applied; zero if it was not.</summary>
    public LogIndex PositionOf(GroupId group) => new((ulong)(Read(IndexKey.PositionOf(group)) ?? 0));

    /// <summary>The term of the entry at a group's position.</summary>
    public Term TermOf(GroupId group) => new((ulong)(Read(IndexKey.TermOf(group)) ?? 0));

    public void SetPosition(GroupId group, LogIndex index, Term term)
    {
        Write(IndexKey.TermOf(group), (long)term.Value);
        Write(IndexKey.PositionOf(group), (long)index.Value);
    }

    /// <summary>Notes the latest record of a key.</summary>
    public void Put(GroupId group, KeyDigest key, long offset, bool isDeletion) =>
        Write(IndexKey.Of(group, key), (offset << 1) | (isDeletion ? 1L : 0));

    /// <summary>The latest record of a key; null when there is none, or when it deletes the key.</summary>
    public long? Find(GroupId group, KeyDigest key) =>
        Read(IndexKey.Of(group, key)) is { } value && (value & 1) == 0 ? value >> 1 : null;

    /// <summary>Makes all that was written so far what the next <see cref="Open"/> finds.</summary>
    /// <exception cref="IOException">It could not be written; the one before is not there any more either.</exception>
    public async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        _manifest.Delete();
        Clean();
        var (isTaken, _) = await _store.TakeFullCheckpointAsync(CheckpointType.Snapshot, cancellationToken);
        if (isTaken && Damage is null)
        {
            _store.Log.Truncate();
            _manifest.Write(_device.Capture());
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _store.Dispose();
        _device.Dispose();
    }

    // A key that was noted again after a while leaves its old place behind: when most of the log must be that, what still
    // counts in its older half is copied to its end, and that half goes.
    private void Clean()
    {
        var (begin, end) = (_store.Log.BeginAddress, _store.Log.SafeReadOnlyAddress);
        var used = _store.EntryCount * _store.Log.FixedRecordSize;
        if (end - begin > Math.Max(LogBytesMin, 4 * used))
        {
            var until = _session.Compact(begin + ((end - begin) / 2), CompactionType.Lookup);
            _store.Log.ShiftBeginAddress(until, false, false);
        }
    }

    private void Write(IndexKey key, long value) => _session.Upsert(ref key, ref value);

    private long? Read(IndexKey key)
    {
        long value = 0;
        var status = _session.Read(ref key, ref value);
        if (status.IsPending)
        {
            _session.CompletePendingWithOutputs(out var outputs, wait: true);
            using (outputs)
            {
                if (outputs.Next())
                {
                    (status, value) = (outputs.Current.Status, outputs.Current.Output);
                }
            }
        }

        return status.Found ? value : null;
    }
}
