using ClusterLog.Raft;
using FASTER.core;

namespace ClusterLog.Broker.Compaction.Keys;

/// <summary>
/// What the key store is searched by: a group with one of its keys, or, with no digest at all, the group's position: the
/// index up to which its log was applied to the store. So a checkpoint of the store always holds both as of one moment.
/// </summary>
internal readonly record struct IndexKey(ulong Group, ulong High, ulong Low)
{
    /// <summary>Where a key's latest offset is kept. No digest is all zeros.</summary>
    public static IndexKey Of(GroupId group, KeyDigest digest) => new(group.Value, digest.High, digest.Low | 1);

    /// <summary>Where a group's position is kept.</summary>
    public static IndexKey PositionOf(GroupId group) => new(group.Value, 0, 0);

    /// <summary>Where the term of the entry at a group's position is kept. Digests are odd here.</summary>
    public static IndexKey TermOf(GroupId group) => new(group.Value, 1, 0);
}

/// <summary>Digests are as good as random already; positions are few.</summary>
internal sealed class IndexKeyComparer : IFasterEqualityComparer<IndexKey>
{
    /// <inheritdoc/>
    public long GetHashCode64(ref IndexKey key)
    {
        var hash = (key.High ^ (key.Group * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;
        return unchecked((long)(hash ^ (hash >> 32)));
    }

    /// <inheritdoc/>
    public bool Equals(ref IndexKey first, ref IndexKey second) => first == second;
}
