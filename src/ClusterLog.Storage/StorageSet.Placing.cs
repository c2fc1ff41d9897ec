using ClusterLog.Raft;

namespace ClusterLog.Storage;

/// <content>Which directory a group lives in.</content>
internal sealed partial class StorageSet
{
    private readonly Lock _placing = new();
    private readonly int[] _groups;

    /// <summary>
    /// The log of a group, as recovered or new; in another directory, where its own has failed, a new one, which is for a
    /// replica that has never spoken. Null where no directory can take it. Once per group and directory, by the group's
    /// owner thread, which uses a log that failed no more.
    /// </summary>
    public PartitionLog? TryOpenLog(GroupId group)
    {
        lock (_placing)
        {
            var home = HomeOf(group);
            if (home is null or { Failure: not null })
            {
                if (Choose(group) is not { } next)
                {
                    SetLog.NoHome(_logger, group);
                    return null;
                }

                home?.Abandon(group);
                Forget(group);
                home = Settle(group, next);
            }

            var log = home.IsRemoved(group) ? home.Readmit(group) : home.OpenLog(group);
            if (log is null)
            {
                SetLog.NoHome(_logger, group);
            }

            return log;
        }
    }

    private StorageEngine HomeFor(GroupId group)
    {
        if (HomeOf(group) is { } home)
        {
            return home;
        }

        lock (_placing)
        {
            return HomeOf(group) ?? Settle(group, Choose(group) ?? Engines[0]);
        }
    }

    private StorageEngine Settle(GroupId group, StorageEngine home)
    {
        _homes[group] = home;
        _groups[home.Ordinal]++;
        return home;
    }

    private void Forget(GroupId group)
    {
        lock (_placing)
        {
            if (_homes.TryRemove(group, out var home))
            {
                _groups[home.Ordinal]--;
            }
        }
    }

    // The fewest groups, of equals the first: a topic's partitions come all at once, and what they will take, no one
    // knows. Free room would send them all to one disk. The metadata is on the first, where a person would look for it.
    private StorageEngine? Choose(GroupId group) => Engines
        .Where(static engine => engine.Failure is null)
        .OrderBy(engine => engine.IsRemoved(group))
        .ThenBy(static engine => engine.State)
        .ThenBy(engine => group == GroupId.Metadata ? 0 : _groups[engine.Ordinal])
        .FirstOrDefault();
}
