using ClusterLog.Raft;

namespace ClusterLog.Storage;

/// <summary>
/// Stored bytes are not what was written. Never taken for an end of the log, nor for a deletion (design.md, promise 4).
/// </summary>
internal sealed class CorruptLogException : DataDirectoryException
{
    public CorruptLogException(GroupId? group, string file, long offset, string expected, string found)
        : base($"Corrupt log{(group is { } id ? $" of group {id}" : "")}: {file} at byte {offset}: "
            + $"expected {expected}, found {found}.")
    {
        Group = group;
        File = file;
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    /// <summary>The group whose entries are damaged; null where a whole file is.</summary>
    public GroupId? Group { get; }

    /// <summary>The file, relative to the data directory.</summary>
    public string File { get; }

    /// <summary>Where in the file, in bytes.</summary>
    public long Offset { get; }

    public string Expected { get; }

    public string Found { get; }

    /// <summary>
    /// Undamaged entries from this index on are not the group's either: others lost them, and committed other ones. Zero
    /// where all that is undamaged is.
    /// </summary>
    public LogIndex LostFrom { get; init; }
}
