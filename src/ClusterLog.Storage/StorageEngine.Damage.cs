using ClusterLog.Raft;
using ClusterLog.Storage.Damage;

namespace ClusterLog.Storage;

/// <content>
/// Damage. A group of which something on disk was damaged or lost has a log that is good as far as it goes, but its
/// replica must never again speak as an incarnation up to <see cref="IncarnationOf"/>: it votes for nobody, acknowledges
/// nothing, and comes back as another. That is durable, and ends when a group state of a higher incarnation is.
/// </content>
internal sealed partial class StorageEngine
{
    /// <summary>What was found damaged where, of a group whose identity is lost; null of any other. Any thread.</summary>
    public GroupDamage? DamageOf(GroupId group) => Lost.Find(group)?.Damage;

    /// <summary>
    /// Whether the replica of a group has lost its identity, so that it must not speak before it has a new one. Any thread.
    /// </summary>
    public bool HasLostIdentity(GroupId group) => Lost.Find(group) is not null;
}
