namespace ClusterLog.Disks.Journals;

/// <summary>One change of a disk, or a sync.</summary>
/// <param name="Disk">Which of the disks that share the journal.</param>
/// <param name="Path">The file or folder; of a rename the old name.</param>
/// <param name="To">Of a rename the new name, else the path.</param>
/// <param name="File">A number that the file keeps whatever it is called; 0 for folders.</param>
/// <param name="Position">Of a write.</param>
/// <param name="Bytes">Of a write; null where all of them are zeros.</param>
/// <param name="Count">Bytes of a write; the new length.</param>
internal sealed record JournalEvent(
    int Disk, JournalKind Kind, string Path, string To, int File = 0, long Position = 0, byte[]? Bytes = null, int Count = 0)
{
    public override string ToString() => Kind switch
    {
        JournalKind.Write => $"write {Count} at {Position} of {Path}",
        JournalKind.SetLength => $"set length {Count} of {Path}",
        JournalKind.Rename => $"rename {Path} to {To}",
        _ => $"{Kind} {Path}",
    };
}
