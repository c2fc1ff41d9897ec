using ClusterLog.Raft;

namespace ClusterLog.Storage;

/// <summary>
/// In which directory each group was found. Where two hold one, the replica has moved from one to the other while the first
/// was away, under a new identity: the later incarnation counts, and what the other holds can never speak again.
/// </summary>
/// <param name="Homes">The directory of each group.</param>
/// <param name="Departed">What other directories hold of them.</param>
internal sealed record RecoveredHomes(
    IReadOnlyDictionary<GroupId, StorageEngine> Homes, IReadOnlyList<(GroupId Group, StorageEngine Directory)> Departed)
{
    /// <exception cref="DataDirectoryException">A group is in two directories, of which neither is the later.</exception>
    public static RecoveredHomes Of(IEnumerable<StorageEngine> engines)
    {
        var homes = new Dictionary<GroupId, StorageEngine>();
        var departed = new List<(GroupId, StorageEngine)>();
        foreach (var engine in engines)
        {
            foreach (var group in engine.RecoveredGroups)
            {
                if (homes.TryAdd(group, engine))
                {
                    continue;
                }

                var later = LaterOf(group, homes[group], engine);
                departed.Add((group, later == engine ? homes[group] : engine));
                homes[group] = later;
            }
        }

        return new RecoveredHomes(homes, departed);
    }

    // Each move has given the group a higher incarnation. Only damage can hide the highest: so of equals, one that was
    // damaged is later, if anything is left of it.
    private static StorageEngine LaterOf(GroupId group, StorageEngine one, StorageEngine other)
    {
        var (left, right) = (RankOf(group, one), RankOf(group, other));
        if (left == right && left is { HasAny: true, IsLost: false })
        {
            throw new DataDirectoryException(
                $"The data directories {one.Directory} and {other.Directory} both hold group {group} as of incarnation "
                + $"{left.Incarnation}: expected it in one of them, so one is a copy of the other. Take the copy off the list.");
        }

        return right.CompareTo(left) > 0 ? other : one;
    }

    private static (uint Incarnation, bool HasAny, bool IsLost) RankOf(GroupId group, StorageEngine engine) =>
        (engine.IncarnationOf(group), !engine.IsBlank(group), engine.HasLostIdentity(group));
}
