namespace ClusterLog.Disks.Journals;

/// <summary>All that was done to one or several disks, in order.</summary>
internal sealed class DiskJournal
{
    private readonly List<JournalEvent> _events = [];
    private int _files;

    public IReadOnlyList<JournalEvent> Events => _events;

    public int Count => _events.Count;

    public void Add(JournalEvent item) => _events.Add(item);

    public int NewFile() => ++_files;
}
