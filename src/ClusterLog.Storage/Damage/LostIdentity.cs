using ClusterLog.Raft;

namespace ClusterLog.Storage.Damage;

/// <summary>
/// A group of which something on disk was damaged or lost: its replica must never again speak as an incarnation up to
/// <paramref name="Incarnation"/>. Ends with a durable group state of a higher one.
/// </summary>
/// <param name="Incarnation">The highest incarnation that the replica is known to have had.</param>
/// <param name="VoidBefore">
/// What the WAL holds of the group with a commit sequence below this means nothing. <see cref="Unrepaired"/> while the
/// group's files have not been gone through.
/// </param>
/// <param name="LostFrom">Entries from this index on are not the group's, undamaged or not; zero where all are.</param>
internal sealed record LostIdentity(
    GroupId Group, uint Incarnation, ulong VoidBefore, GroupDamage Damage, LogIndex LostFrom = default)
{
    /// <summary>The group's log is to be made anew from its files, at the next start at the latest.</summary>
    public const ulong Unrepaired = ulong.MaxValue;
}
