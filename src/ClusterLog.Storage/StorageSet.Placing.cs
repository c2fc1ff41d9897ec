using ClusterLog.Raft;

namespace ClusterLog.Storage;

/// <content>Which directory a group lives in.</content>
internal sealed partial class StorageSet
{
    private readonly Lock _placing = new();
    private readonly int[] _groups;

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
        .Where(engine => engine.State != StorageState.Failed && !engine.IsRemoved(group))
        .OrderBy(static engine => engine.State)
        .ThenBy(engine => group == GroupId.Metadata ? 0 : _groups[engine.Ordinal])
        .FirstOrDefault();
}
