namespace ClusterLog.Storage;

/// <content>What this directory remembers of the cluster's founding, and of the directories beside it.</content>
internal sealed partial class StorageEngine
{
    private volatile IReadOnlyDictionary<int, long>? _founders;

    /// <summary>
    /// The directory that each broker had when this one helped to found the cluster; null where it did not. Any thread.
    /// </summary>
    public IReadOnlyDictionary<int, long>? Founders => _founders;

    /// <summary>Remembers the directories that the broker has from now on, this one among them; durable on return.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void SaveSet(DirectorySet set)
    {
        var identity = _identity with { Set = set };
        IdentityFile.Save(Disk, identity);
        _identity = identity;
    }

    /// <summary>Remembers the founders; durable on return.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void SaveFounders(IReadOnlyDictionary<int, long> founders)
    {
        FoundersFile.Save(Disk, founders);
        _founders = founders;
    }
}
