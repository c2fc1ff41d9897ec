using System.Collections.Concurrent;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Peers;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Metadata;

/// <summary>Carries requests straight to a function, and leaders from a table.</summary>
internal sealed class FakePeers : IPeerRequests, ILeaderLookup
{
    public Func<ReplicaId, ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? OnRequest { get; set; }

    public ConcurrentDictionary<GroupId, ReplicaId> Leaders { get; } = [];

    public bool AllLed { get; set; } = true;

    public int Requests { get; private set; }

    public async Task<ReadOnlyMemory<byte>> RequestAsync(
        ReplicaId to, ReadOnlyMemory<byte> request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Requests++;
        return OnRequest is null
            ? throw new PeerUnavailableException($"broker {to} is not connected", outcomeUnknown: false)
            : await OnRequest(to, request, cancellationToken);
    }

    public (ReplicaId Leader, Term Term) LeaderOf(GroupId group) =>
        Leaders.TryGetValue(group, out var leader) ? (leader, new Term(1))
        : AllLed ? (new ReplicaId(1), new Term(1))
        : default;
}
