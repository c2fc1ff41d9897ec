namespace ClusterLog.Disks.Crashes;

/// <summary>What a crash took of what was not synced.</summary>
internal enum CrashKind
{
    /// <summary>The process died: the caches live on.</summary>
    NothingLost,

    /// <summary>Pages, lengths and names.</summary>
    AllLost,

    /// <summary>All or some of the names of files and folders; pages and lengths are there.</summary>
    NamesLost,

    /// <summary>All pages and lengths; names are there.</summary>
    PagesLost,

    /// <summary>Some of the pages and lengths, and some of the names.</summary>
    SomeLost,

    /// <summary>The last write ends in the middle of a page.</summary>
    Torn,
}
