namespace ClusterLog.Disks.Journals;

/// <summary>What was done to a disk.</summary>
internal enum JournalKind
{
    Write,
    SetLength,
    Sync,
    Create,
    Rename,
    Delete,
    MakeFolder,
    RemoveFolder,
    SyncFolder,
}
