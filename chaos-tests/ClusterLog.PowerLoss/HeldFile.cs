using ClusterLog.Storage.Disk;

namespace ClusterLog.PowerLoss;

/// <summary>
/// One file: what is on disk, and over it the pages and the length that were not synced. Its own lock guards it.
/// </summary>
internal sealed class HeldFile
{
    public const int PageBytes = 4096;
    private const int SectorBytes = 512;
    private const int RunPagesMax = 256;

    // New WAL files are filled with zeros by the tens of MiB: one page stands for all of these.
    private static readonly byte[] Zeros = new byte[PageBytes];

    private readonly SortedDictionary<long, byte[]> _pages = [];
    private readonly Lock _gate = new();
    private long _length;
    private long _storedLength;

    // What lies on disk behind this was cut off, though the disk does not know yet.
    private long _storedVisible;

    public HeldFile(string place, long length)
    {
        Place = place;
        _length = _storedLength = _storedVisible = length;
    }

    /// <summary>Where the synced part is on the disk below. The disk's lock guards it.</summary>
    public string Place { get; set; }

    public long Length
    {
        get
        {
            lock (_gate)
            {
                return _length;
            }
        }
    }

    public int Read(IStorageFile store, long position, Span<byte> buffer)
    {
        lock (_gate)
        {
            var count = (int)Math.Clamp(_length - position, 0, buffer.Length);
            var target = buffer[..count];
            var stored = (int)Math.Clamp(_storedVisible - position, 0, count);
            var found = stored > 0 ? store.ReadAt(position, target[..stored]) : 0;
            target[found..].Clear();
            for (var page = position / PageBytes; page * PageBytes < position + count; page++)
            {
                if (_pages.TryGetValue(page, out var bytes))
                {
                    CopyPage(bytes, page, position, target);
                }
            }

            return count;
        }
    }

    /// <param name="reaches">Asked for each page whether it reaches the disk early.</param>
    /// <param name="draw">From 0 to 1: how much of such a page does.</param>
    public void Write(IStorageFile store, long position, ReadOnlySpan<byte> bytes, Func<bool> reaches, Func<double> draw)
    {
        lock (_gate)
        {
            for (var page = position / PageBytes; page * PageBytes < position + bytes.Length; page++)
            {
                WritePage(store, page, position, bytes);
            }

            _length = Math.Max(_length, position + bytes.Length);
            for (var page = position / PageBytes; page * PageBytes < position + bytes.Length; page++)
            {
                if (reaches())
                {
                    LetReach(store, page, draw);
                }
            }
        }
    }

    public void SetLength(IStorageFile store, long length)
    {
        lock (_gate)
        {
            if (length < _length)
            {
                foreach (var page in _pages.Keys.Where(page => page * PageBytes >= length).ToArray())
                {
                    _pages.Remove(page);
                }

                if (length % PageBytes != 0)
                {
                    var last = Own(store, length / PageBytes);
                    last.AsSpan((int)(length % PageBytes)).Clear();
                }

                _storedVisible = Math.Min(_storedVisible, length);
            }

            _length = length;
        }
    }

    /// <summary>Brings everything to the disk, and makes it lasting.</summary>
    public void Sync(IStorageFile store)
    {
        lock (_gate)
        {
            CutStored(store);
            var run = new byte[RunPagesMax * PageBytes];
            var (first, count) = (0L, 0);
            foreach (var (page, bytes) in _pages)
            {
                if (count > 0 && (page != first + count || count == RunPagesMax))
                {
                    Store(store, first, run.AsSpan(0, count * PageBytes));
                    count = 0;
                }

                first = count == 0 ? page : first;
                bytes.CopyTo(run.AsSpan(count++ * PageBytes));
            }

            Store(store, first, run.AsSpan(0, count * PageBytes));
            _pages.Clear();
            if (_storedLength != _length)
            {
                store.SetLength(_length);
            }

            _storedLength = _storedVisible = _length;
            store.Sync();
        }
    }

    private static void CopyPage(ReadOnlySpan<byte> bytes, long page, long position, Span<byte> target)
    {
        var from = Math.Max(page * PageBytes, position);
        var to = Math.Min((page + 1) * PageBytes, position + target.Length);
        bytes[(int)(from - (page * PageBytes))..(int)(to - (page * PageBytes))].CopyTo(target[(int)(from - position)..]);
    }

    private void WritePage(IStorageFile store, long page, long position, ReadOnlySpan<byte> bytes)
    {
        var from = Math.Max(page * PageBytes, position);
        var to = Math.Min((page + 1) * PageBytes, position + bytes.Length);
        var part = bytes[(int)(from - position)..(int)(to - position)];
        if (part.Length == PageBytes && !part.ContainsAnyExcept((byte)0))
        {
            _pages[page] = Zeros;
            return;
        }

        part.CopyTo(Own(store, page, isWhole: part.Length == PageBytes).AsSpan((int)(from - (page * PageBytes))));
    }

    // The page in memory, to be changed.
    private byte[] Own(IStorageFile store, long page, bool isWhole = false)
    {
        if (_pages.TryGetValue(page, out var held) && !ReferenceEquals(held, Zeros))
        {
            return held;
        }

        var own = new byte[PageBytes];
        var stored = (int)Math.Clamp(_storedVisible - (page * PageBytes), 0, PageBytes);
        if (held is null && !isWhole && stored > 0)
        {
            _ = store.ReadAt(page * PageBytes, own.AsSpan(0, stored));
        }

        return _pages[page] = own;
    }

    // A whole page reaches the disk, or some of its sectors: then it is torn, should nothing else come.
    private void LetReach(IStorageFile store, long page, Func<double> draw)
    {
        CutStored(store);
        var bytes = _pages[page];
        if (draw() < 0.5)
        {
            Store(store, page, bytes);
            _pages.Remove(page);
            return;
        }

        for (var sector = 0; sector < PageBytes; sector += SectorBytes)
        {
            if (draw() < 0.5)
            {
                Store(store, page, bytes.AsSpan(sector, SectorBytes), sector);
            }
        }
    }

    private void Store(IStorageFile store, long page, ReadOnlySpan<byte> bytes, int offset = 0)
    {
        var position = (page * PageBytes) + offset;
        var count = (int)Math.Clamp(_length - position, 0, bytes.Length);
        if (count > 0)
        {
            store.WriteAt(position, bytes[..count]);
            _storedLength = Math.Max(_storedLength, position + count);
            _storedVisible = Math.Max(_storedVisible, position + count);
        }
    }

    private void CutStored(IStorageFile store)
    {
        if (_storedVisible < _storedLength)
        {
            store.SetLength(_storedVisible);
            _storedLength = _storedVisible;
        }
    }
}
