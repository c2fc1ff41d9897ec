using System.Collections.Concurrent;
using ClusterLog.Broker.Partitions;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Compaction.Horizons;

/// <summary>
/// The horizon of each of the broker's partitions that has one, as its state machine has it. Any thread. One that is older
/// than the group's is right too: what may go only becomes more.
/// </summary>
internal sealed class HorizonTable
{
    private readonly ConcurrentDictionary<GroupId, TombstoneHorizon> _horizons = new();

    public void Set(GroupId group, TombstoneHorizon horizon) => _horizons[group] = horizon;

    public TombstoneHorizon Of(GroupId group) => _horizons.GetValueOrDefault(group);

    public void Remove(GroupId group) => _horizons.TryRemove(group, out _);
}
