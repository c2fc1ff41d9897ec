using ClusterLog.Disks.Journals;

namespace ClusterLog.Disks.Crashes;

/// <summary>
/// Follows one disk's journal, event by event, and gives the images that a crash right there may leave: the last event
/// has begun, and is done or not.
/// </summary>
internal sealed class CrashedDisk
{
    private const int SubsetsInFullMax = 4;
    private const int SectorsOfPage = 8;

    private readonly Dictionary<int, CrashedFile> _files = [];
    private readonly CrashedNames _names;
    private JournalEvent? _lastWrite;

    /// <param name="numbers">What the journal calls the image's files.</param>
    public CrashedDisk(DiskImage start, IReadOnlyDictionary<string, int> numbers)
    {
        _names = new CrashedNames(numbers, start.Folders);
        foreach (var (path, file) in numbers)
        {
            _files.Add(file, new CrashedFile(start.Files[path]));
        }
    }

    public void Apply(JournalEvent item)
    {
        _lastWrite = item.Kind == JournalKind.Write ? item : null;
        switch (item.Kind)
        {
            case JournalKind.Write:
                _files[item.File].Write(item.Position, item.Bytes, item.Count);
                break;
            case JournalKind.SetLength:
                _files[item.File].SetLength(item.Count);
                break;
            case JournalKind.Sync:
                _files[item.File].Sync();
                break;
            case JournalKind.SyncFolder:
                _names.Sync(item.Path);
                break;
            case JournalKind.Create:
                _files.Add(item.File, new CrashedFile(FileImage.Empty));
                _names.Change(item);
                break;
            default:
                _names.Change(item);
                break;
        }
    }

    /// <summary>Each kind of loss at this point: all of the few, a seeded choice of the many.</summary>
    /// <param name="subsetsMax">Choices of unsynced pages where there are too many for all, and of torn writes.</param>
    public IEnumerable<CrashState> States(Random random, int subsetsMax)
    {
        yield return new CrashState(CrashKind.NothingLost, Image(static count => count, static file => file.Cached));
        var hasPages = _files.Values.Any(HasUnsynced);
        if (_names.Unsynced > 0 || hasPages)
        {
            yield return new CrashState(CrashKind.AllLost, Image(static _ => 0, static file => file.Stored));
        }

        if (_names.Unsynced > 0)
        {
            yield return new CrashState(CrashKind.NamesLost, Image(static _ => 0, static file => file.Cached));
            for (var i = 0; i < subsetsMax && _names.Unsynced > 1; i++)
            {
                yield return new CrashState(
                    CrashKind.NamesLost, Image(count => random.Next(count + 1), static file => file.Cached));
            }
        }

        if (!hasPages)
        {
            yield break;
        }

        yield return new CrashState(CrashKind.PagesLost, Image(static count => count, static file => file.Stored));
        foreach (var image in Subsets(random, subsetsMax).Concat(TornWrites(random, subsetsMax)))
        {
            yield return image;
        }
    }

    private static bool HasUnsynced(CrashedFile file) => file.Dirty.Count > 0 || file.Length != file.StoredLength;

    private IEnumerable<CrashState> Subsets(Random random, int subsetsMax)
    {
        // One bit for each unsynced page and each unsynced length.
        var units = new Dictionary<(CrashedFile File, int Page), int>();
        foreach (var file in _files.Values.Where(HasUnsynced))
        {
            foreach (var page in file.Dirty)
            {
                units.Add((file, page), units.Count);
            }

            if (file.Length != file.StoredLength)
            {
                units.Add((file, -1), units.Count);
            }
        }

        var isFew = units.Count <= SubsetsInFullMax;
        var choices = isFew ? (1 << units.Count) - 2 : subsetsMax;
        for (var choice = 1; choice <= choices; choice++)
        {
            var bits = isFew ? choice : random.NextInt64();
            bool IsKept(CrashedFile file, int page) =>
                units.TryGetValue((file, page), out var unit) && ((bits >> (unit % 63)) & 1) != 0;
            yield return new CrashState(
                CrashKind.SomeLost,
                Image(
                    count => random.Next(count + 1),
                    file => HasUnsynced(file) ? file.With(page => IsKept(file, page), IsKept(file, -1)) : file.Stored));
        }
    }

    private IEnumerable<CrashState> TornWrites(Random random, int subsetsMax)
    {
        if (_lastWrite is not { Bytes: not null } write)
        {
            yield break;
        }

        var first = (int)(write.Position / Pages.Bytes);
        var count = Pages.CountOf((int)write.Position + write.Count) - first;
        for (var i = 0; i < subsetsMax; i++)
        {
            var torn = i == 0 ? first + count - 1 : first + random.Next(count);
            var (othersKept, inOrder, bits) = (random.Next(2) == 0, random.Next(2) == 0, random.Next(1, 255));
            var through = random.Next(1, SectorsOfPage);
            var names = random.Next(2) == 0;
            yield return new CrashState(
                CrashKind.Torn,
                Image(
                    all => names ? all : random.Next(all + 1),
                    file => ReferenceEquals(file, _files[write.File])
                        ? file.Torn(othersKept, first, torn, sector => inOrder ? sector < through : ((bits >> sector) & 1) != 0)
                        : othersKept ? file.Cached : file.Stored));
        }
    }

    private DiskImage Image(Func<int, int> namesKept, Func<CrashedFile, FileImage> contentOf)
    {
        var (names, folders) = _names.With(namesKept);
        var files = new Dictionary<string, FileImage>(names.Count);
        foreach (var (path, file) in names)
        {
            files.Add(path, contentOf(_files[file]));
        }

        return new DiskImage(files, folders);
    }
}
