using ClusterLog.Raft;
using ClusterLog.Storage.Damage;
using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage;

/// <content>
/// Damage. A group of which something on disk was damaged or lost has a log that is good as far as it goes, but its
/// replica must never again speak as an incarnation up to <see cref="IncarnationOf"/>: it votes for nobody, acknowledges
/// nothing, and comes back as another. That is durable, and ends when a group state of a higher incarnation is.
/// </content>
internal sealed partial class StorageEngine
{
    /// <summary>
    /// What was found damaged where, of a group whose identity is lost; null of any other. Any thread.
    /// </summary>
    public GroupDamage? DamageOf(GroupId group) => Lost.Find(group)?.Damage;

    /// <summary>
    /// Whether the replica of a group has lost its identity, so that it must not speak before it has a new one. Any
    /// thread.
    /// </summary>
    public bool HasLostIdentity(GroupId group) => Lost.Find(group) is not null;

    /// <summary>
    /// Whether damage was found in a group since it was opened, so that <see cref="Reopen"/> is due. Any thread.
    /// </summary>
    public bool IsQuarantined(GroupId group) => _progress.TryGetValue(group, out var progress) && progress.IsQuarantined;

    /// <summary>How many groups have lost their identity and not come back as another yet. Any thread.</summary>
    public int LostIdentities => Lost.Count;

    /// <summary>
    /// Damage was found in a group's files: from now on its identity is lost, durably a little later, and before any
    /// file is touched. Its owner uses the log no more, and asks for another with <see cref="Reopen"/>; where it does
    /// not, the next start makes the log anew. Nothing happens when the group is in quarantine already, or removed. Any
    /// thread.
    /// </summary>
    /// <param name="incarnation">That of the replica, which may have spoken under it; what was written says it
    /// too.</param>
    public void Quarantine(GroupId group, CorruptLogException damage, uint incarnation = 0)
    {
        var progress = ProgressOf(group);
        lock (progress)
        {
            if (progress.Removed || progress.IsQuarantined)
            {
                return;
            }

            progress.IsQuarantined = true;
        }

        Counters.AddDamageFound();
        var found = GroupDamage.Of(damage);
        Lost.Add(new LostIdentity(
            group,
            Math.Max(incarnation, Math.Max(progress.Incarnation, IncarnationOf(group))),
            LostIdentity.Unrepaired,
            found,
            damage.LostFrom));
        DamageLog.Found(_logger, group, found);
        SegmentWriter.Enqueue(new SegmentWrite(progress, Step: Lost.Save));
    }

    /// <summary>Whether the directory holds entries of a group whose log is not open. Any thread.</summary>
    public bool Holds(GroupId group) => _recovered.TryGetValue(group, out var found) && found.LastIndex > LogIndex.Zero;

    /// <summary>
    /// What the directory holds of a group is of no use to the replica that is to begin on it: puts the group in quarantine,
    /// out of which <see cref="Reopen"/> brings it with an empty log. Nothing of it comes back, whenever the process ends.
    /// The group's owner thread, which uses the old log, if there is one, no more.
    /// </summary>
    /// <param name="incarnation">The highest one that the replica has had here.</param>
    public void Discard(GroupId group, uint incarnation)
    {
        var progress = ProgressOf(group);
        lock (progress)
        {
            if (progress.Removed)
            {
                return;
            }

            progress.IsQuarantined = true;
        }

        var why = Lost.Find(group)?.Damage ?? new GroupDamage(
            SegmentSnapshot.FolderOf(group), 0, "a log of the replica that is here now", "one that another has left");
        Lost.Add(new LostIdentity(
            group,
            Math.Max(incarnation, Math.Max(progress.Incarnation, IncarnationOf(group))),
            LostIdentity.Unrepaired,
            why,
            GroupSalvage.Nothing));
        SegmentWriter.Enqueue(new SegmentWrite(progress, Step: Lost.Save));
    }

    /// <summary>
    /// Makes the log of a group in quarantine anew from its undamaged files, in the background, while all other groups
    /// go on. The group's owner thread, which uses the old log, if there is one, no more. <see cref="HasLostIdentity"/>
    /// stays true until a group state of a higher incarnation is durable.
    /// </summary>
    /// <param name="reopened">
    /// Gets the new log, on a storage thread: must hand it to the owner's and not block. Not called when the group is
    /// removed, or storage fails or is closed meanwhile.
    /// </param>
    public void Reopen(GroupId group, Action<PartitionLog> reopened)
    {
        var progress = ProgressOf(group);
        if (!progress.IsQuarantined)
        {
            throw new InvalidOperationException($"Group {group}: expected it to be in quarantine before its log is made anew.");
        }

        if (_logs.TryRemove(group, out var old))
        {
            old.Drop();
        }

        _recovered.TryRemove(group, out _);
        new GroupRepair(this, progress, remade =>
        {
            var log = new PartitionLog(this, progress, remade);
            _logs[group] = log;
            progress.IsQuarantined = false;
            DamageLog.Reopened(_logger, group, log.LastIndex);
            reopened(log);
        }).Start();
    }
}
