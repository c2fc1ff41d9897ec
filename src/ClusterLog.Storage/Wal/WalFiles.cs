using System.Globalization;
using ClusterLog.Storage.Disk;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Wal;

/// <summary>
/// Makes WAL files ahead of need, in the background, and takes back those that are needed no more.
/// <para>
/// A new file is written full of zeros under a .tmp name and becomes .free once that is synced. A .free file gets its
/// header with a new epoch, is synced, and only then becomes .wal: so a .wal file always has a good header, and what
/// stands in a .free file is never read. A file is given back by renaming it to .free.
/// </para>
/// <para>
/// Policy for failed writes: when there is no room the .tmp file is deleted and making it is tried again about each
/// second; any other failure ends the thread and fails storage.
/// </para>
/// </summary>
internal sealed class WalFiles
{
    private static readonly byte[] Zeros = new byte[1 << 20];

    private readonly IStorageDisk _disk;
    private readonly StorageOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Queue<WalFile> _released = new();
    private readonly Queue<string> _spares;
    private ulong _nextEpoch;
    private WalFile? _next;
    private long? _fullSince;
    private volatile bool _isFull;
    private int _made;

    public WalFiles(
        IStorageDisk disk,
        StorageOptions options,
        TimeProvider time,
        ILogger logger,
        ulong nextEpoch,
        IEnumerable<string> spares)
    {
        (_disk, _options, _time, _logger, _nextEpoch) = (disk, options, time, logger, nextEpoch);
        _spares = new Queue<string>(spares);
    }

    /// <summary>There was no room for the next file at the last attempt.</summary>
    public bool IsFull => _isFull;

    /// <summary>Called when there is something to do for the thread that calls <see cref="RunOnce"/>.</summary>
    public Action Wake { get; set; } = () => { };

    /// <summary>Called when a next file is ready.</summary>
    public Action Ready { get; set; } = () => { };

    /// <summary>Hands out the next file, open and with its header on disk; null when it is not ready.</summary>
    public WalFile? TryTakeNext()
    {
        WalFile? next;
        lock (_gate)
        {
            (next, _next) = (_next, null);
        }

        Wake();
        return next;
    }

    /// <summary>Takes a file back. Nothing that is still needed may be in it, and the disk must know that already.</summary>
    public void Release(WalFile file)
    {
        lock (_gate)
        {
            _released.Enqueue(file);
        }

        Wake();
    }

    /// <summary>Does one step; false when there is nothing to do, or nothing before the next retry.</summary>
    public bool RunOnce()
    {
        WalFile? released;
        bool wanted;
        lock (_gate)
        {
            _released.TryDequeue(out released);
            wanted = _next is null;
        }

        if (released is not null)
        {
            Recycle(released);
            return true;
        }

        if (!wanted)
        {
            return TrimSpares();
        }

        if (_spares.TryDequeue(out var spare))
        {
            Prepare(spare);
            return true;
        }

        return TryMakeSpare();
    }

    /// <summary>Gives back the file that was made ready and not taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _next?.Close();
            _next = null;
        }
    }

    private void Recycle(WalFile file)
    {
        file.Close();
        var free = NewName("free");
        _disk.Rename(file.Path, free);
        _disk.SyncDirectory(StorageLayout.WalFolder);
        if (file.FileBytes == _options.WalFileBytes)
        {
            _spares.Enqueue(free);
        }
        else
        {
            DeleteSpare(free);
        }
    }

    private bool TrimSpares()
    {
        if (_spares.Count <= _options.WalSpareFilesMax)
        {
            return false;
        }

        DeleteSpare(_spares.Dequeue());
        return true;
    }

    private void DeleteSpare(string path)
    {
        _disk.Delete(path);
        _disk.SyncDirectory(StorageLayout.WalFolder);
    }

    private void Prepare(string spare)
    {
        var epoch = _nextEpoch++;
        var page = new byte[WalFileHeader.PageBytes];
        new WalFileHeader(epoch, _options.WalFileBytes).Write(page);
        using (var file = _disk.Open(spare, FileUse.Write))
        {
            file.WriteAt(0, page);
            file.Sync();
        }

        var path = WalFile.PathOf(epoch);
        _disk.Rename(spare, path);
        _disk.SyncDirectory(StorageLayout.WalFolder);
        var next = new WalFile(epoch, _options.WalFileBytes, _disk.Open(path, FileUse.WalDirect));
        lock (_gate)
        {
            _next = next;
        }

        Ready();
    }

    private bool TryMakeSpare()
    {
        if (_fullSince is { } since && _time.GetElapsedTime(since) < TimeSpan.FromSeconds(1))
        {
            return false;
        }

        var temporary = NewName("tmp");
        try
        {
            if (_disk.FreeBytes - _options.WalFileBytes < _options.MinFreeBytes)
            {
                throw new DiskFullException(
                    $"{_disk.FreeBytes} bytes are free: a WAL file takes {_options.WalFileBytes}, "
                    + $"and {_options.MinFreeBytes} are to stay free.");
            }

            Fill(temporary);
        }
        catch (DiskFullException error)
        {
            _disk.Delete(temporary);
            if (!_isFull)
            {
                WalLog.NoRoomForFile(_logger, error);
            }

            _fullSince = _time.GetTimestamp();
            _isFull = true;
            Ready();
            return false;
        }

        var free = Path.ChangeExtension(temporary, "free");
        _disk.Rename(temporary, free);
        _disk.SyncDirectory(StorageLayout.WalFolder);
        _spares.Enqueue(free);
        _fullSince = null;
        _isFull = false;
        return true;
    }

    private void Fill(string path)
    {
        using var file = _disk.Open(path, FileUse.Create);
        for (long position = 0; position < _options.WalFileBytes; position += Zeros.Length)
        {
            file.WriteAt(position, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, _options.WalFileBytes - position)));
        }

        file.Sync();
    }

    private string NewName(string extension)
    {
        while (true)
        {
            var stem = string.Create(CultureInfo.InvariantCulture, $"{StorageLayout.WalFolder}/spare-{++_made:d4}");
            if (!_disk.Exists(stem + ".free") && !_disk.Exists(stem + ".tmp"))
            {
                return $"{stem}.{extension}";
            }
        }
    }
}
