using ClusterLog.Raft;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage.Damage;

/// <summary>
/// The groups whose identity is lost, while storage is open. Any thread, except for what is said below.
/// </summary>
internal sealed class LostIdentities
{
    private readonly IStorageDisk _disk;
    private volatile LostRecord _record;

    public LostIdentities(IStorageDisk disk, LostRecord record)
    {
        (_disk, _record) = (disk, record);
    }

    /// <summary>How many groups there are.</summary>
    public int Count => _record.Groups.Count;

    public LostIdentity? Find(GroupId group) => _record.Groups.GetValueOrDefault(group);

    /// <summary>Holds at once; durable only after <see cref="Save"/>.</summary>
    public void Add(LostIdentity lost) => Change(record => record.With(lost));

    /// <summary>The group was removed; ids are never used twice.</summary>
    public void Forget(GroupId group) => Change(record => record with { Groups = record.Groups.Remove(group) });

    /// <summary>
    /// A group state of this incarnation is on disk: a higher one than was lost ends it. Before the log was made anew
    /// it is still the old replica's. The WAL's thread.
    /// </summary>
    public void OnDurable(GroupId group, uint incarnation)
    {
        if (Find(group) is { } lost && incarnation > lost.Incarnation)
        {
            if (lost.VoidBefore == LostIdentity.Unrepaired)
            {
                Add(lost with { Incarnation = incarnation });
            }
            else
            {
                Forget(group);
            }
        }
    }

    /// <summary>Returns once what was added is on disk. One thread: the segment writer's.</summary>
    public void Save() => LostFile.Save(_disk, _record);

    private void Change(Func<LostRecord, LostRecord> change)
    {
        LostRecord before;
        do
        {
            before = _record;
        }
#pragma warning disable CS0420 // A compare-and-swap is as good as a volatile access.
        while (Interlocked.CompareExchange(ref _record, change(before), before) != before);
#pragma warning restore CS0420
    }
}
