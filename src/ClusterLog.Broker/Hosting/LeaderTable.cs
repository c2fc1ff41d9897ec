using System.Collections.Concurrent;
using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Hosting;

/// <summary>
/// Who leads which group, as far as this broker knows: from its own replicas and from the announcements of its peers.
/// A hint for clients; Raft itself never looks here. Safe to use from any thread.
/// </summary>
internal sealed class LeaderTable : ILeaderLookup
{
    private readonly ConcurrentDictionary<GroupId, (ReplicaId Leader, Term Term)> _leaders = new();

    /// <summary>Takes what is newer: a later term, or a leader where none was known in the same term.</summary>
    public void Update(GroupId group, Term term, ReplicaId leader) =>
        _leaders.AddOrUpdate(
            group,
            static (_, heard) => (heard.leader, heard.term),
            static (_, known, heard) =>
                heard.term > known.Term || (heard.term == known.Term && !heard.leader.IsNone)
                    ? (heard.leader, heard.term)
                    : known,
            (leader, term));

    /// <summary>A broker has gone: what its replicas led has no leader that is known.</summary>
    public void ForgetLeader(ReplicaId broker)
    {
        foreach (var (group, known) in _leaders)
        {
            if (known.Leader.Value == broker.Value)
            {
                _leaders.TryUpdate(group, (ReplicaId.None, known.Term), known);
            }
        }
    }

    /// <summary>A broker's replica of a group has stopped: if it led, no leader is known.</summary>
    public void ForgetLeader(GroupId group, ReplicaId broker)
    {
        if (_leaders.TryGetValue(group, out var known) && known.Leader.Value == broker.Value)
        {
            _leaders.TryUpdate(group, (ReplicaId.None, known.Term), known);
        }
    }

    public void Forget(GroupId group) => _leaders.TryRemove(group, out _);

    /// <inheritdoc/>
    public (ReplicaId Leader, Term Term) LeaderOf(GroupId group) => _leaders.GetValueOrDefault(group);
}
