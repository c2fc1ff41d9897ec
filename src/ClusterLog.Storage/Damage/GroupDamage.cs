namespace ClusterLog.Storage.Damage;

/// <summary>What was found where, of a group whose replica can no longer speak under its old identity.</summary>
/// <param name="File">The file, relative to the data directory; a file of the WAL may have held any group's
/// entries.</param>
/// <param name="Position">Where in the file, in bytes.</param>
internal sealed record GroupDamage(string File, long Position, string Expected, string Found)
{
    public static GroupDamage Of(CorruptLogException error) =>
        new(error.File, error.Offset, error.Expected, error.Found);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{File} at byte {Position}: expected {Expected}, found {Found}");
}
