namespace ClusterLog.Disks.Crashes;

/// <summary>A file as the page cache and as the platter have it.</summary>
internal sealed class CrashedFile
{
    private const int SectorBytes = 512;

    private byte[]?[] _cached;
    private byte[]?[] _stored;
    private FileImage? _storedImage;
    private FileImage? _cachedImage;

    public CrashedFile(FileImage image)
    {
        (_cached, _stored) = ([.. image.AllPages], [.. image.AllPages]);
        (Length, StoredLength) = (image.Length, image.Length);
    }

    /// <summary>Pages that differ from what was synced.</summary>
    public SortedSet<int> Dirty { get; } = [];

    public int Length { get; private set; }

    public int StoredLength { get; private set; }

    public FileImage Stored => _storedImage ??= new FileImage([.. _stored], StoredLength);

    public FileImage Cached => _cachedImage ??= new FileImage([.. _cached], Length);

    public void Write(long position, ReadOnlySpan<byte> bytes, int count)
    {
        var length = Math.Max(Length, (int)position + count);
        Extend(length);
        Pages.Write(_cached, position, bytes, count);
        Length = length;
        for (var page = (int)(position / Pages.Bytes); page < Pages.CountOf((int)position + count); page++)
        {
            Note(page);
        }

        _cachedImage = null;
    }

    public void SetLength(int length)
    {
        Extend(length);
        for (var page = length / Pages.Bytes; page < Pages.CountOf(Length); page++)
        {
            _cached[page] = page * Pages.Bytes >= length ? null : Pages.Cut(_cached[page], length % Pages.Bytes);
            Note(page);
        }

        Length = length;
        _cachedImage = null;
    }

    public void Sync()
    {
        foreach (var page in Dirty)
        {
            _stored[page] = _cached[page];
        }

        if (Dirty.Count > 0 || StoredLength != Length)
        {
            Dirty.Clear();
            StoredLength = Length;
            _storedImage = null;
        }
    }

    /// <summary>The synced file with some of the unsynced pages.</summary>
    public FileImage With(Predicate<int> isKept, bool keepsLength)
    {
        var pages = (byte[]?[])_stored.Clone();
        foreach (var page in Dirty)
        {
            if (isKept(page))
            {
                pages[page] = _cached[page];
            }
        }

        return Clean(pages, keepsLength ? Length : StoredLength);
    }

    /// <summary>The synced file, or the cached one, with the last write broken off in one page.</summary>
    /// <param name="first">The first page of the write.</param>
    /// <param name="torn">The page in which it ends.</param>
    /// <param name="isNew">For each sector of that page, whether it is as written.</param>
    public FileImage Torn(bool othersKept, int first, int torn, Predicate<int> isNew)
    {
        var pages = (byte[]?[])_stored.Clone();
        foreach (var page in Dirty)
        {
            if (page < first ? othersKept : page < torn)
            {
                pages[page] = _cached[page];
            }
        }

        var mixed = new byte[Pages.Bytes];
        for (var sector = 0; sector < Pages.Bytes; sector += SectorBytes)
        {
            var from = isNew(sector / SectorBytes) ? _cached[torn] : _stored[torn];
            from?.AsSpan(sector, SectorBytes).CopyTo(mixed.AsSpan(sector));
        }

        pages[torn] = mixed;
        return Clean(pages, Length);
    }

    // What a shorter file has behind its end is zeros when it grows again.
    private static FileImage Clean(byte[]?[] pages, int length)
    {
        var count = Pages.CountOf(length);
        if (count < pages.Length)
        {
            Array.Clear(pages, count, pages.Length - count);
        }

        if (length % Pages.Bytes != 0)
        {
            pages[count - 1] = Pages.Cut(pages[count - 1], length % Pages.Bytes);
        }

        return new FileImage(pages, length);
    }

    private void Note(int page)
    {
        if (ReferenceEquals(_cached[page], _stored[page]))
        {
            Dirty.Remove(page);
        }
        else
        {
            Dirty.Add(page);
        }
    }

    private void Extend(int length)
    {
        var count = Pages.CountOf(length);
        if (count > _cached.Length)
        {
            Array.Resize(ref _cached, count);
            Array.Resize(ref _stored, count);
        }
    }
}
