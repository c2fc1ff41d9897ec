using ClusterLog.Broker.Peers;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Simulation.Network;

/// <summary>
/// One process's side of the links to all others, as the mesh of the product has them: beats tell who is up, late and
/// sometimes wrongly; to one who is down nothing is sent; before anything else is heard from one, it is up.
/// </summary>
internal sealed class SimulatedMesh : IReplicaTransport, IPeerRequests, IScheduled
{
    private readonly World _world;
    private readonly SimulatedBroker _broker;
    private readonly BrokerLife _life;
    private readonly SimulatedRandom _random;
    private readonly long[] _lastHeard;
    private readonly int[] _sessions;
    private readonly bool[] _isUp;
    private readonly BeatFrame[] _beats;
    private readonly Dictionary<long, (int To, TaskCompletionSource<ReadOnlyMemory<byte>> Source)> _asked = [];
    private long _lastId;

    public SimulatedMesh(SimulatedBroker broker, BrokerLife life)
    {
        (_world, _broker, _life) = (broker.World, broker, life);
        _random = broker.RandomFor(BrokerStream.Mesh, broker.Starts);
        var count = _world.Brokers.Count;
        (_lastHeard, _isUp, _sessions) = (new long[count + 1], new bool[count + 1], new int[count + 1]);
        _beats = [.. Enumerable.Range(0, count + 1).Select(peer => new BeatFrame(_world, broker.Id, peer))];
    }

    public void Start() => _world.After(_random.Between(0, _world.Settings.BeatInterval), this);

    /// <summary>Sends a beat to everyone, and looks who has been silent too long.</summary>
    public void Run()
    {
        if (_life.IsDead)
        {
            return;
        }

        if (_broker.IsPaused)
        {
            _world.At(_broker.PausedUntil, this);
            return;
        }

        for (var peer = 1; peer < _isUp.Length; peer++)
        {
            if (peer == _broker.Id)
            {
                continue;
            }

            if (_isUp[peer] && _world.Now - _lastHeard[peer] > _world.Settings.SilenceMax)
            {
                TakeDown(peer);
            }

            _world.Network.Send(_beats[peer]);
        }

        _world.After(_world.Settings.BeatInterval + _random.Between(0, 50_000), this);
    }

    public bool IsConnected(ReplicaId peer) => peer.Value < _isUp.Length && _isUp[peer.Value];

    public void Send(ReplicaId to, GroupId group, RaftMessage message)
    {
        _world.OnMessage(_broker, group, message);
        if (IsConnected(to))
        {
            var carried = _world.Network.Wire?.Carry(group, message) ?? WithOwnPayloads(message);
            _world.Network.Send(new RaftFrame(_world, _broker.Id, to.Value, group, carried));
        }
    }

    public void Flush()
    {
        // Every message has left already.
    }

    public void Announce(IReadOnlyList<LeaderAnnouncement> leaders)
    {
        for (var peer = 1; peer < _isUp.Length; peer++)
        {
            foreach (var leader in leaders)
            {
                SendLeader(peer, leader);
            }
        }
    }

    public void SendLeader(int peer, LeaderAnnouncement leader)
    {
        if (_isUp[peer])
        {
            _world.Network.Send(new LeadersFrame(_world, _broker.Id, peer, leader));
        }
    }

    public Task<ReadOnlyMemory<byte>> RequestAsync(
        ReplicaId to, ReadOnlyMemory<byte> request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!IsConnected(to))
        {
            return Task.FromException<ReadOnlyMemory<byte>>(
                new PeerUnavailableException($"Broker {to} is not connected.", outcomeUnknown: false));
        }

        var id = ++_lastId;
        var source = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Add(id, (to.Value, source));
        _world.Network.Send(new RequestFrame(_world, _broker.Id, to.Value, _life, id, request));
        _world.After(timeout.Ticks / 10, () => FailRequest(id, "did not answer in time"));
        return source.Task;
    }

    public void OnFrame(Frame frame)
    {
        if (frame.Session < _sessions[frame.From])
        {
            return;
        }

        if (frame.Session > _sessions[frame.From])
        {
            // Another process has connected: the connection with the one before is gone.
            TakeDown(frame.From);
            _sessions[frame.From] = frame.Session;
        }

        _lastHeard[frame.From] = _world.Now;
        if (!_isUp[frame.From])
        {
            _isUp[frame.From] = true;
            _world.Trace.Note($"{_broker.Id} calls {frame.From} up");
            _life.OnPeerUp(new ReplicaId(frame.From));
        }

        frame.Deliver(_life);
    }

    /// <summary>The connection is gone, or is believed to be.</summary>
    public void TakeDown(int peer)
    {
        if (!_isUp[peer])
        {
            return;
        }

        _isUp[peer] = false;
        _world.Trace.Mix(15, (ulong)_broker.Id, (ulong)peer);
        _world.Trace.Note($"{_broker.Id} calls {peer} down");
        foreach (var id in _asked.Where(asked => asked.Value.To == peer).Select(asked => asked.Key).Order().ToArray())
        {
            FailRequest(id, "is gone");
        }

        _life.OnPeerDown(new ReplicaId(peer));
    }

    /// <summary>Answers a peer's request; whoever asked may be gone by then.</summary>
    public async void AnswerAsync(int peer, BrokerLife asker, long id, ReadOnlyMemory<byte> body)
    {
        var answer = await _life.Questions.OnRequestAsync(new ReplicaId(peer), body, CancellationToken.None);
        if (!_life.IsDead)
        {
            _world.Network.Send(new ResponseFrame(_world, _broker.Id, peer, asker, id, answer));
        }
    }

    public void OnResponse(long id, ReadOnlyMemory<byte> body)
    {
        if (_asked.Remove(id, out var asked))
        {
            asked.Source.SetResult(body);
        }
    }

    /// <summary>What is under way does not change when the sender's memory is used again.</summary>
    private static RaftMessage WithOwnPayloads(RaftMessage message) => message is AppendRequest { Entries.Count: > 0 } append
        ? append with { Entries = [.. append.Entries.Select(static entry => entry.WithOwnPayload())] }
        : message;

    private void FailRequest(long id, string why)
    {
        if (!_life.IsDead && _asked.Remove(id, out var asked))
        {
            asked.Source.SetException(new PeerUnavailableException($"Broker {asked.To} {why}.", outcomeUnknown: true));
        }
    }
}
