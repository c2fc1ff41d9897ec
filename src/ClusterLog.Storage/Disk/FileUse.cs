namespace ClusterLog.Storage.Disk;

/// <summary>What a file is opened for.</summary>
internal enum FileUse
{
    /// <summary>Reading an existing file.</summary>
    Read,

    /// <summary>Reading and writing an existing file through the page cache.</summary>
    Write,

    /// <summary>Like <see cref="Write"/>, but the file is made, or emptied, first.</summary>
    Create,

    /// <summary>Like <see cref="Write"/>, but each write goes past the page cache and is lasting on return.</summary>
    WalDirect,
}
