using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Wal;

/// <summary>
/// The write-ahead log of one data directory. One thread calls <see cref="RunOnce"/>; each call takes whatever has
/// been submitted since the last, writes it as one block with one sync, and tells the submitters, in order. Blocks that
/// hold only what may be synced later are synced later (WalLane.Unsynced.cs).
/// <para>
/// Policy for failed writes. A failed write or sync poisons the lane: nothing is retried, since after a failed sync
/// nobody knows what is on disk; all that waits and all that comes is told <see cref="IStorageCompletion.OnFailed"/>.
/// A full disk is met before it can hurt: blocks go into space that was written before, and while there is no next
/// file, or less than <see cref="StorageOptions.MinFreeBytes"/>, the queue is held and nothing is attempted.
/// </para>
/// </summary>
internal sealed partial class WalLane : IDisposable
{
    /// <summary>Bytes at which a block takes no more records. Longer than that only by one record.</summary>
    internal const int BlockBytesMax = 4 << 20;

    private readonly IStorageDisk _disk;
    private readonly StorageOptions _options;
    private readonly WalFiles _files;
    private readonly StorageCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<GroupId, GroupProgress> _progressOf;
    private readonly Lock _gate = new();
    private readonly WalBlock _block = new(256 << 10);
    private readonly Queue<WalWork> _pending = new();
    private readonly List<WalWork> _ended = [];
    private List<WalWork> _arrived = [];
    private List<WalWork> _taken = [];
    private WalFile? _current;
    private ulong _nextSequence;
    private volatile Exception? _failure;
    private volatile bool _isFull;
    private bool _freeIsLow;
    private long? _freePolledAt;

    public WalLane(
        IStorageDisk disk,
        StorageOptions options,
        WalFiles files,
        StorageCounters counters,
        TimeProvider time,
        ILogger logger,
        Func<GroupId, GroupProgress> progressOf,
        WalRecoveryResult recovered)
    {
        (_disk, _options, _files, _counters, _time, _logger) = (disk, options, files, counters, time, logger);
        _progressOf = progressOf;
        _nextSequence = recovered.NextSequence;
        _syncedThrough = _nextSequence - 1;
        _isBootSaved = BootFile.IsOfThisBoot(disk);
        _sealed.AddRange(recovered.Files);
        TakeOver(recovered);
        _counters.SetWalFiles(_sealed.Count);
    }

    /// <summary>Called when there is something to do for the thread that calls <see cref="RunOnce"/>.</summary>
    public Action Wake { get; set; } = () => { };

    /// <summary>Called once a group's removal is durable.</summary>
    public Action<GroupProgress> GroupRemoved { get; set; } = _ => { };

    /// <summary>Told, once, why the lane was poisoned; any thread, must not block.</summary>
    public Action<Exception> Failed { get; set; } = static _ => { };

    public StorageState State =>
        _failure is not null ? StorageState.Failed : _isFull ? StorageState.Full : StorageState.Ok;

    public Exception? Failure => _failure;

    /// <summary>Any thread. Bounded by the submitters: a shard has few submissions under way at a time.</summary>
    public void Submit(WalSubmission submission)
    {
        long bytes = 0;
        foreach (var write in submission.Writes)
        {
            for (var i = 0; i < write.Entries.Count; i++)
            {
                bytes += write.Entries[i].SizeBytes;
            }
        }

        Add(new WalWork(submission, default, null, bytes));
    }

    /// <summary>Any thread. Records that a group is gone, after all that was submitted before.</summary>
    public void Remove(GroupId group) => Add(new WalWork(null, group, null, 0));

    /// <summary>Any thread. Records where a group's log begins now; the checkpoint there is durable already.</summary>
    public void Trim(GroupId group, LogStart start) => Add(new WalWork(null, group, start, 0));

    /// <summary>Writes one block of what waits; false when there is nothing to do, or nothing that can be done now.</summary>
    public bool RunOnce()
    {
        TakeArrived();
        if (_failure is { } failure)
        {
            FailAll(failure);
            return false;
        }

        try
        {
            return Work();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            Fail(error);
            FailAll(error);
            return false;
        }
    }

    /// <summary>Poisons the lane. Any thread; the lane's thread tells those who wait.</summary>
    public void Fail(Exception error)
    {
        if (Interlocked.CompareExchange(ref _failure, error, null) is null)
        {
            WalLog.Failed(_logger, error);
            Failed(error);
            Wake();
        }
    }

    /// <summary>Tells whatever still waits that it was not written. The thread has ended before.</summary>
    public void Close()
    {
        TakeArrived();
        if (_failure is null)
        {
            CloseCleanly();
        }

        var error = _failure ?? new ObjectDisposedException(nameof(StorageEngine), "Storage was closed.");
        _failure = error;
        FailAll(error);
        _current?.Close();
    }

    public void Dispose() => _block.Dispose();

    private bool Work()
    {
        SyncIfDue();
        PollFreeSpace();
        FindReleasable();
        if (_pending.Count == 0 && _releasing.Count == 0)
        {
            SealIfDue();
            SetFull(_freeIsLow, "little free space");
            return false;
        }

        if (_freeIsLow && _releasing.Count == 0)
        {
            SetFull(true, "little free space");
            return false;
        }

        if (_current is null && !TryRoll())
        {
            return false;
        }

        var needsRoll = BuildBlock();
        if (_block.RecordCount > 0)
        {
            WriteBlock(_current!);
            ReleaseFiles();
        }

        CompleteEnded();
        if (_block.RecordCount == 0 && needsRoll)
        {
            return TryRoll();
        }

        if (_block.RecordCount == 0 && _noRoomSince is not null)
        {
            SetFull(true, "no room for a snapshot");
            return false;
        }

        SetFull(_freeIsLow, "little free space");
        return true;
    }

    private void Add(WalWork work)
    {
        _counters.AddWalQueueBytes(work.Bytes);
        lock (_gate)
        {
            _arrived.Add(work);
        }

        Wake();
    }

    private void TakeArrived()
    {
        lock (_gate)
        {
            (_arrived, _taken) = (_taken, _arrived);
        }

        foreach (var work in _taken)
        {
            _pending.Enqueue(work);
        }

        _taken.Clear();
    }

    private void CompleteEnded()
    {
        foreach (var work in _ended)
        {
            _counters.AddWalQueueBytes(-work.Bytes);
            if (work.Submission is { } submission)
            {
                submission.Dispose();
                OnWritesDurable(submission);
                _counters.WalSubmissionDone();
                submission.Completion.OnDurable(submission);
            }
            else if (work.Trim is { } start)
            {
                OnStartDurable(work.Group, start, null);
            }
            else if (work.Fence is not null || work.Remade is not null)
            {
                OnRepairDurable(work);
            }
            else
            {
                GroupRemoved(_progressOf(work.Group));
            }
        }

        _ended.Clear();
    }

    private void FailAll(Exception error)
    {
        foreach (var work in _ended.Concat(_pending))
        {
            _counters.AddWalQueueBytes(-work.Bytes);
            work.Submission?.Completion.OnFailed(work.Submission, error);
        }

        _ended.Clear();
        _pending.Clear();
    }

    private void PollFreeSpace()
    {
        if (_freePolledAt is { } polled && _time.GetElapsedTime(polled) < TimeSpan.FromSeconds(1))
        {
            return;
        }

        _freePolledAt = _time.GetTimestamp();
        _freeIsLow = _disk.FreeBytes < _options.MinFreeBytes;
    }

    private void SetFull(bool isFull, string reason)
    {
        if (_isFull == isFull)
        {
            return;
        }

        _isFull = isFull;
        if (isFull)
        {
            WalLog.Full(_logger, reason);
        }
        else
        {
            WalLog.RoomAgain(_logger);
        }
    }
}
