using System.Globalization;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage.Checkpoints;

/// <summary>A snapshot that is on disk, in a file of its own, without its state. Immutable.</summary>
/// <param name="Index">The last entry that the state includes; it is in synced segments, or the log begins behind it.</param>
/// <param name="Term">That entry's term.</param>
/// <param name="NextOffset">The offset that the first record after it takes.</param>
/// <param name="Configuration">The newest configuration at or before it; null while the founding one is in force.</param>
internal sealed record Checkpoint(LogIndex Index, Term Term, long NextOffset, LoggedConfiguration? Configuration)
{
    /// <summary>What the name of a checkpoint's file ends with.</summary>
    public const string Extension = ".ckp";

    public static Checkpoint Of(RaftSnapshot snapshot) =>
        new(snapshot.Index, snapshot.Term, snapshot.NextOffset, snapshot.Configuration);

    /// <summary>The file, relative to the data directory.</summary>
    public static string PathOf(GroupId group, LogIndex index) => string.Create(
        CultureInfo.InvariantCulture, $"{SegmentSnapshot.FolderOf(group)}/{index.Value:d20}{Extension}");
}
