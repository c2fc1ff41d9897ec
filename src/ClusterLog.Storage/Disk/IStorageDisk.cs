namespace ClusterLog.Storage.Disk;

/// <summary>
/// The data directory as storage sees it: the seam behind which tests lose unsynced pages, tear writes and fill up.
/// Paths are relative to the data directory and use '/'. Safe for use by several threads.
/// </summary>
internal interface IStorageDisk
{
    /// <summary>Opens a file; with <see cref="FileUse.Create"/> an older one of that name is emptied.</summary>
    IStorageFile Open(string path, FileUse use);

    /// <summary>Creates a folder if it is absent; the caller syncs its parent.</summary>
    void CreateDirectory(string path);

    /// <summary>The names of the files in a folder, in no order; none when the folder is absent.</summary>
    IReadOnlyList<string> ListFiles(string path);

    /// <summary>The names of the folders in a folder, in no order; none when the folder is absent.</summary>
    IReadOnlyList<string> ListDirectories(string path);

    bool Exists(string path);

    /// <summary>Renames a file, replacing one of the new name. Lasting only after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; does nothing if it is absent. Lasting only after <see cref="SyncDirectory"/>.</summary>
    void Delete(string path);

    /// <summary>Deletes an empty folder; does nothing if it is absent.</summary>
    void DeleteDirectory(string path);

    /// <summary>Makes creations, renames and deletions in a folder lasting (raft-notes rule 18). "" is the root.</summary>
    void SyncDirectory(string path);

    /// <summary>Bytes that may still be written on this disk.</summary>
    long FreeBytes { get; }

    /// <summary>
    /// The same as long as the page cache lives: another after the machine was started again. Null where nobody knows.
    /// </summary>
    string? BootId => null;

    /// <summary>How many syncs are worth having under way at a time: a disk does many in little more time than one.</summary>
    int SyncsAtOnceMax => 1;
}
