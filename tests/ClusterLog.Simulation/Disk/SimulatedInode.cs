using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Disk;

/// <summary>
/// A file's bytes as the page cache and as the platter have them, page by page. A page of zeros is no page; a page that
/// is clean is the same array on both sides, so that a sync moves references only.
/// </summary>
internal sealed class SimulatedInode
{
    public const int PageBytes = 4096;
    public const int SectorBytes = 512;

    private readonly Stack<byte[]> _pool;
    private readonly List<int> _dirty = [];
    private readonly List<int> _cleanButLost = [];
    private byte[]?[] _cached = [];
    private byte[]?[] _stored = [];
    private int _storedLength;

    public SimulatedInode(Stack<byte[]> pool)
    {
        _pool = pool;
    }

    public int Length { get; private set; }

    public bool HasUnsynced => _dirty.Count > 0 || _storedLength != Length;

    public int Read(long position, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - position, 0, buffer.Length);
        var done = 0;
        while (done < count)
        {
            var (page, offset) = ((int)(position + done) / PageBytes, (int)(position + done) % PageBytes);
            var part = Math.Min(PageBytes - offset, count - done);
            var target = buffer.Slice(done, part);
            if (_cached[page] is { } bytes)
            {
                bytes.AsSpan(offset, part).CopyTo(target);
            }
            else
            {
                target.Clear();
            }

            done += part;
        }

        return count;
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        if (position + bytes.Length > Length)
        {
            Extend((int)position + bytes.Length);
        }

        var done = 0;
        while (done < bytes.Length)
        {
            var (page, offset) = ((int)(position + done) / PageBytes, (int)(position + done) % PageBytes);
            var part = Math.Min(PageBytes - offset, bytes.Length - done);
            WritePage(page, offset, bytes.Slice(done, part));
            done += part;
        }
    }

    public void SetLength(int length)
    {
        if (length > Length)
        {
            Extend(length);
            return;
        }

        var first = (length + PageBytes - 1) / PageBytes;
        if (length % PageBytes != 0 && _cached[length / PageBytes] is not null)
        {
            OwnPage(length / PageBytes).AsSpan(length % PageBytes).Clear();
        }

        for (var page = first; page * PageBytes < Length; page++)
        {
            if (_cached[page] is { } dropped)
            {
                MarkDirty(page);
                if (!ReferenceEquals(dropped, _stored[page]))
                {
                    _pool.Push(dropped);
                }

                _cached[page] = null;
            }
        }

        Length = length;
    }

    public void Sync()
    {
        foreach (var page in _dirty)
        {
            Store(page);
        }

        _dirty.Clear();
        _storedLength = Length;
    }

    /// <summary>
    /// A sync has failed: any of the pages may have reached the platter; the cache calls all of them clean, though it
    /// still shows what was written to it, as after a failed fsync on Linux.
    /// </summary>
    public void FailSync(SimulatedRandom random)
    {
        foreach (var page in _dirty)
        {
            if (random.Next(2) == 0)
            {
                Store(page);
            }
            else
            {
                _cleanButLost.Add(page);
            }
        }

        _dirty.Clear();
    }

    /// <summary>The cache lets go of what a failed sync has left in it: the file shows what the platter has.</summary>
    public void DropLost()
    {
        foreach (var page in _cleanButLost)
        {
            if (!_dirty.Contains(page))
            {
                Drop(page);
            }
        }

        _cleanButLost.Clear();
    }

    /// <summary>Loses or tears any of the pages that were not synced, or all of them.</summary>
    public void LosePower(SimulatedRandom random, bool losesAll)
    {
        foreach (var page in _dirty)
        {
            switch (losesAll ? 2 : random.Next(3))
            {
                case 0:
                    Store(page);
                    break;
                case 1:
                    Tear(page, random);
                    break;
                default:
                    Drop(page);
                    break;
            }
        }

        _dirty.Clear();
        DropLost();
        Length = losesAll || random.Next(2) == 0 ? _storedLength : Length;
        _storedLength = Length;
        ClearBehindEnd();
    }

    /// <summary>Changes what is at rest.</summary>
    public void Flip(int position, byte mask)
    {
        var page = position / PageBytes;
        if (_cached[page] is not { } bytes)
        {
            bytes = _cached[page] = TakePage();
            bytes.AsSpan().Clear();
            _stored[page] = bytes;
        }
        else if (!ReferenceEquals(bytes, _stored[page]) && _stored[page] is { } stored)
        {
            stored[position % PageBytes] ^= mask;
        }

        bytes[position % PageBytes] ^= mask;
    }

    private void WritePage(int page, int offset, ReadOnlySpan<byte> bytes)
    {
        if (_cached[page] is null && bytes.IndexOfAnyExcept((byte)0) < 0)
        {
            return;
        }

        bytes.CopyTo(OwnPage(page).AsSpan(offset));
    }

    // The cached page, as one that the platter does not share.
    private byte[] OwnPage(int page)
    {
        var bytes = _cached[page];
        if (bytes is not null && !ReferenceEquals(bytes, _stored[page]))
        {
            MarkDirty(page);
            return bytes;
        }

        var own = TakePage();
        if (bytes is null)
        {
            own.AsSpan().Clear();
        }
        else
        {
            bytes.CopyTo(own.AsSpan());
        }

        _cached[page] = own;
        MarkDirty(page);
        return own;
    }

    private void MarkDirty(int page)
    {
        if (!_dirty.Contains(page))
        {
            _dirty.Add(page);
        }
    }

    private void Store(int page)
    {
        if (!ReferenceEquals(_stored[page], _cached[page]))
        {
            if (_stored[page] is { } old)
            {
                _pool.Push(old);
            }

            _stored[page] = _cached[page];
        }
    }

    private void Drop(int page)
    {
        if (!ReferenceEquals(_stored[page], _cached[page]))
        {
            if (_cached[page] is { } lost)
            {
                _pool.Push(lost);
            }

            _cached[page] = _stored[page];
        }
    }

    private void Tear(int page, SimulatedRandom random)
    {
        if (ReferenceEquals(_stored[page], _cached[page]))
        {
            return;
        }

        var torn = TakePage();
        for (var sector = 0; sector < PageBytes; sector += SectorBytes)
        {
            var from = random.Next(2) == 0 ? _cached[page] : _stored[page];
            var target = torn.AsSpan(sector, SectorBytes);
            if (from is null)
            {
                target.Clear();
            }
            else
            {
                from.AsSpan(sector, SectorBytes).CopyTo(target);
            }
        }

        Drop(page);
        if (_stored[page] is { } old)
        {
            _pool.Push(old);
        }

        _stored[page] = _cached[page] = torn;
    }

    private void Extend(int length)
    {
        var pages = (length + PageBytes - 1) / PageBytes;
        if (pages > _cached.Length)
        {
            var capacity = Math.Max(pages, _cached.Length * 2);
            Array.Resize(ref _cached, capacity);
            Array.Resize(ref _stored, capacity);
        }

        Length = length;
    }

    // What a shorter file had behind its end is zeros when it grows again.
    private void ClearBehindEnd()
    {
        if (Length % PageBytes != 0 && _stored[Length / PageBytes] is { } last)
        {
            last.AsSpan(Length % PageBytes).Clear();
        }

        for (var page = (Length + PageBytes - 1) / PageBytes; page < _stored.Length; page++)
        {
            if (_stored[page] is { } gone)
            {
                _pool.Push(gone);
                _stored[page] = _cached[page] = null;
            }
        }
    }

    private byte[] TakePage() => _pool.TryPop(out var page) ? page : new byte[PageBytes];
}
