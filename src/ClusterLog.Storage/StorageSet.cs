using System.Collections.Concurrent;
using ClusterLog.Raft;
using ClusterLog.Storage.Compaction;

namespace ClusterLog.Storage;

/// <summary>
/// All of one broker's storage: an engine for each of its data directories, of which each group lives in one. What is
/// asked about a group is asked of the engine that has it. Safe for use by any thread, except where an engine says
/// otherwise.
/// </summary>
internal sealed partial class StorageSet : IAsyncDisposable
{
    private readonly ConcurrentDictionary<GroupId, StorageEngine> _homes = new();

    /// <summary>The directories that are open, in the order in which they were listed.</summary>
    public IReadOnlyList<StorageEngine> Engines { get; }

    /// <summary>What can be set of each of them, but for the directory itself.</summary>
    public StorageOptions Options => Engines[0].Options;

    /// <summary>The groups that any directory held when it was opened.</summary>
    public IReadOnlyCollection<GroupId> RecoveredGroups { get; }

    /// <summary>How many groups have lost their identity and not come back as another yet.</summary>
    public int LostIdentities => Engines.Sum(static engine => engine.LostIdentities);

    /// <summary>Why nothing can be written any more: every directory has failed. Else null.</summary>
    public Exception? Failure => Engines.All(static engine => engine.Failure is not null) ? Engines[0].Failure : null;

    /// <summary>The directory that a group lives in, which is the only one where there is one; null while none holds it.</summary>
    public StorageEngine? HomeOf(GroupId group) =>
        Engines.Count == 1 ? Engines[0] : _homes.GetValueOrDefault(group);

    /// <summary>A figure, over all directories.</summary>
    public long Sum(Func<StorageCounters, long> figure) => Engines.Sum(engine => figure(engine.Counters));

    /// <inheritdoc cref="StorageEngine.DamageOf"/>
    public Damage.GroupDamage? DamageOf(GroupId group) => HomeOf(group)?.DamageOf(group);

    /// <inheritdoc cref="StorageEngine.HasLostIdentity"/>
    public bool HasLostIdentity(GroupId group) => HomeOf(group)?.HasLostIdentity(group) ?? false;

    /// <inheritdoc cref="StorageEngine.IsQuarantined"/>
    public bool IsQuarantined(GroupId group) => HomeOf(group)?.IsQuarantined(group) ?? false;

    /// <summary>True while it is remembered that a group was removed from here, and nothing is left of it.</summary>
    public bool IsRemoved(GroupId group) =>
        HomeOf(group)?.IsRemoved(group) ?? Engines.Any(engine => engine.IsRemoved(group));

    /// <inheritdoc cref="StorageEngine.IsBlank"/>
    public bool IsBlank(GroupId group) => HomeOf(group)?.IsBlank(group) ?? true;

    /// <inheritdoc cref="StorageEngine.IncarnationOf"/>
    public uint IncarnationOf(GroupId group) => HomeOf(group)?.IncarnationOf(group) ?? 0;

    /// <inheritdoc cref="StorageEngine.OpenLog"/>
    public PartitionLog OpenLog(GroupId group) => HomeFor(group).OpenLog(group);

    /// <inheritdoc cref="StorageEngine.Quarantine"/>
    public void Quarantine(GroupId group, CorruptLogException damage, uint incarnation = 0) =>
        HomeOf(group)?.Quarantine(group, damage, incarnation);

    /// <inheritdoc cref="StorageEngine.Holds"/>
    public bool Holds(GroupId group) => HomeOf(group)?.Holds(group) ?? false;

    /// <inheritdoc cref="StorageEngine.Discard"/>
    public void Discard(GroupId group, uint incarnation) => HomeFor(group).Discard(group, incarnation);

    /// <inheritdoc cref="StorageEngine.Reopen"/>
    public void Reopen(GroupId group, Action<PartitionLog> reopened) => HomeFor(group).Reopen(group, reopened);

    /// <inheritdoc cref="StorageEngine.CompactionOf"/>
    public LogCompaction? CompactionOf(GroupId group, IPace pace) => HomeOf(group)?.CompactionOf(group, pace);

    /// <inheritdoc cref="StorageEngine.ReplacementsOf"/>
    public int ReplacementsOf(GroupId group) => HomeOf(group)?.ReplacementsOf(group) ?? 0;

    /// <summary>Forgets a group, as <see cref="StorageEngine.Remove"/> does, wherever it is.</summary>
    public void Remove(GroupId group)
    {
        (HomeOf(group) ?? Engines[0]).Remove(group);
        Forget(group);
    }

    /// <summary>
    /// Told of damage that the scrubbers find in groups, on their threads; must not block. They read nothing before.
    /// </summary>
    public void OnDamageFound(Action<GroupId, CorruptLogException> found)
    {
        foreach (var engine in Engines)
        {
            engine.Scrubber.Found = (group, damage) =>
            {
                // A group that has moved is not hurt by what it has left.
                if (HomeOf(group) == engine)
                {
                    found(group, damage);
                }
            };
        }
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(Engines.Select(static engine => engine.DisposeAsync().AsTask()));
}
