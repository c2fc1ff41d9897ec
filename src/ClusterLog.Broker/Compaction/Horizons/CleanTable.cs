using System.Collections.Concurrent;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Compaction.Horizons;

/// <summary>How far compaction has left the segments of each of the broker's partitions clean, in this process. Any thread.</summary>
internal sealed class CleanTable
{
    private readonly ConcurrentDictionary<GroupId, (object Life, long CleanTo)> _clean = new();

    /// <param name="life">That of the log which was compacted.</param>
    public void Set(GroupId group, object life, long cleanTo) => _clean[group] = (life, cleanTo);

    /// <summary>No life and 0 where nothing is known.</summary>
    public (object? Life, long CleanTo) Of(GroupId group) => _clean.GetValueOrDefault(group);

    public void Remove(GroupId group) => _clean.TryRemove(group, out _);
}
