namespace ClusterLog.Storage.Tests.Support;

/// <summary>A file's bytes as the page cache and as the platter have them.</summary>
internal sealed class SimulatedInode
{
    public const int PageBytes = 4096;
    private const int SectorBytes = 512;

    private readonly HashSet<int> _dirty = [];
    private byte[] _cached = [];
    private byte[] _stored = [];
    private int _storedLength;

    public int Length { get; private set; }

    public int Read(long position, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - position, 0, buffer.Length);
        _cached.AsSpan((int)position, count).CopyTo(buffer);
        return count;
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        SetLength(Math.Max(Length, (int)position + bytes.Length));
        bytes.CopyTo(_cached.AsSpan((int)position));
        for (var page = (int)position / PageBytes; page * PageBytes < position + bytes.Length; page++)
        {
            _dirty.Add(page);
        }
    }

    public void SetLength(int length)
    {
        var capacity = (length + PageBytes - 1) / PageBytes * PageBytes;
        if (capacity > _cached.Length)
        {
            Array.Resize(ref _cached, Math.Max(capacity, _cached.Length * 2));
            Array.Resize(ref _stored, _cached.Length);
        }

        if (length < Length)
        {
            _cached.AsSpan(length, Length - length).Clear();
            _dirty.UnionWith(Enumerable.Range(length / PageBytes, ((Length - 1) / PageBytes) - (length / PageBytes) + 1));
        }

        Length = length;
    }

    public void Sync()
    {
        foreach (var page in _dirty)
        {
            Store(page, 0, PageBytes);
        }

        _dirty.Clear();
        _storedLength = Length;
    }

    /// <summary>What a write under O_DSYNC makes lasting: its own pages, and the length.</summary>
    public void Sync(long position, int count)
    {
        for (var page = (int)position / PageBytes; page * PageBytes < position + count; page++)
        {
            if (_dirty.Remove(page))
            {
                Store(page, 0, PageBytes);
            }
        }

        _storedLength = Length;
    }

    /// <summary>Loses or tears any of the pages that were not synced.</summary>
    public void LosePower(Random random)
    {
        foreach (var page in _dirty.Order())
        {
            switch (random.Next(3))
            {
                case 0:
                    Store(page, 0, PageBytes);
                    break;
                case 1:
                    for (var sector = 0; sector < PageBytes; sector += SectorBytes)
                    {
                        if (random.Next(2) == 0)
                        {
                            Store(page, sector, SectorBytes);
                        }
                    }

                    break;
                default:
                    break;
            }
        }

        _dirty.Clear();
        _storedLength = random.Next(2) == 0 ? _storedLength : Length;
        Length = _storedLength;
        _stored.AsSpan(Length).Clear();
        _stored.CopyTo(_cached.AsSpan());
    }

    public void Flip(long position, byte mask)
    {
        _cached[position] ^= mask;
        _stored[position] ^= mask;
    }

    private void Store(int page, int offset, int count) =>
        _cached.AsSpan(page * PageBytes + offset, count).CopyTo(_stored.AsSpan(page * PageBytes + offset));
}
