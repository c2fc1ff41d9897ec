using System.Collections.Concurrent;
using System.Threading.Channels;
using ClusterLog.Broker.Peers;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Peers;

/// <summary>What a mesh has told, in order; ups and downs apart from the messages.</summary>
internal sealed class RecordingEvents : IPeerEvents
{
    private readonly Channel<(GroupId Group, RaftMessage Message)> _messages =
        Channel.CreateUnbounded<(GroupId, RaftMessage)>();

    private readonly Channel<string> _links = Channel.CreateUnbounded<string>();

    private readonly Channel<(ReplicaId Peer, IReadOnlyList<LeaderAnnouncement> Leaders)> _leaders =
        Channel.CreateUnbounded<(ReplicaId, IReadOnlyList<LeaderAnnouncement>)>();

    public Func<ReplicaId, ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? Answer { get; set; }

    public Action<GroupId, RaftMessage>? Intercept { get; set; }

    /// <summary>Peers that are up by what was told; a second up, or a down without an up, is a fault.</summary>
    public ConcurrentDictionary<int, bool> Up { get; } = [];

    public ConcurrentQueue<string> Faults { get; } = [];

    public void OnMessage(GroupId group, RaftMessage message)
    {
        if (!Up.ContainsKey(message.From.Value))
        {
            Faults.Enqueue($"{message} came while its sender was down");
        }

        Intercept?.Invoke(group, message);
        _messages.Writer.TryWrite((group, message));
    }

    public void OnPeerUp(ReplicaId peer)
    {
        if (!Up.TryAdd(peer.Value, true))
        {
            Faults.Enqueue($"{peer} came up twice");
        }

        _links.Writer.TryWrite($"up {peer}");
    }

    public void OnPeerDown(ReplicaId peer)
    {
        if (!Up.TryRemove(peer.Value, out _))
        {
            Faults.Enqueue($"{peer} went down and was not up");
        }

        _links.Writer.TryWrite($"down {peer}");
    }

    public void OnLeaders(ReplicaId peer, IReadOnlyList<LeaderAnnouncement> leaders) =>
        _leaders.Writer.TryWrite((peer, leaders));

    public ValueTask<ReadOnlyMemory<byte>> OnRequestAsync(
        ReplicaId peer, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        Answer is null ? throw new NotSupportedException("no answers here") : Answer(peer, request, cancellationToken);

    public ValueTask<(GroupId Group, RaftMessage Message)> NextMessageAsync() =>
        _messages.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask<string> NextLinkAsync() => _links.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask<(ReplicaId Peer, IReadOnlyList<LeaderAnnouncement> Leaders)> NextLeadersAsync() =>
        _leaders.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
