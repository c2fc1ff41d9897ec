using ClusterLog.Raft;

namespace ClusterLog.Storage.Checking;

/// <summary>One thing that is wrong in a data directory.</summary>
/// <param name="File">The file, relative to the directory.</param>
/// <param name="Position">Where in the file, in bytes.</param>
/// <param name="Group">Whose it is; null where it may be any group's.</param>
/// <param name="Meaning">What the next start makes of it.</param>
internal sealed record CheckFinding(
    string File, long Position, string Expected, string Found, GroupId? Group, string Meaning)
{
    public static CheckFinding Of(CorruptLogException error, string meaning) =>
        new(error.File, error.Offset, error.Expected, error.Found, error.Group, meaning);
}
