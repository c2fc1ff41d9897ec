namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>
/// A group in memory, driven step by step from one seed: nothing happens but by a call. After every step the
/// invariants are checked.
/// </summary>
internal sealed partial class SimulatedCluster
{
    /// <summary>Rounds after which a group that talks without end has failed the test.</summary>
    private const int RoundsMax = 10_000;

    private readonly List<SimulatedReplica> _replicas = [];
    private int _proposals;
    private ulong _readContexts;

    public SimulatedCluster(int count, int seed = 1, RaftOptions? options = null, Func<int, ListRaftLog>? log = null)
    {
        Options = options ?? new RaftOptions();
        Random = new Random(seed);
        Network = new SimulatedNetwork();
        Invariants = new Invariants(this);
        Voters = [.. Enumerable.Range(1, count).Select(id => new ReplicaId(id))];
        foreach (var id in Voters)
        {
            var durable = log?.Invoke(id.Value) ?? new ListRaftLog();
            FirstIndex = durable.FirstIndex;
            var state = new HardState(durable.LastTerm, ReplicaId.None, 0, LogIndex.Zero);
            _replicas.Add(new SimulatedReplica(this, id, new SimulatedDisk(durable, state)));
        }
    }

    public RaftOptions Options { get; }

    public Random Random { get; }

    public SimulatedNetwork Network { get; }

    public Invariants Invariants { get; }

    /// <summary>The voters that the group was founded with.</summary>
    public IReadOnlyList<ReplicaId> Voters { get; }

    public LogIndex FirstIndex { get; }

    public IReadOnlyList<SimulatedReplica> Replicas => _replicas;

    /// <summary>The live leader of the highest term, or null.</summary>
    public SimulatedReplica? Leader => _replicas
        .Where(replica => replica.IsUp && replica.Core.Role == RaftRole.Leader)
        .MaxBy(replica => replica.Core.Term);

    public SimulatedReplica this[int id] => _replicas[id - 1];

    public RaftCore Core(int id) => this[id].Core;

    /// <summary>Makes a replica campaign and settles; it must win.</summary>
    public void Elect(int id)
    {
        Core(id).Campaign();
        Settle();
        Assert.Equal(RaftRole.Leader, Core(id).Role);
    }

    /// <summary>Proposes one record on a replica, which must lead, and have room unless told otherwise.</summary>
    public LogEntry Propose(int id, int payloadBytes = 8, bool ifRoom = false)
    {
        var payload = new byte[Math.Max(4, payloadBytes)];
        BitConverter.TryWriteBytes(payload, ++_proposals);
        var result = Core(id).Propose(EntryKind.Data, 1, 0, payload, out var entry);
        Assert.True(
            result == ProposeResult.Accepted || (ifRoom && result == ProposeResult.Busy),
            $"The proposal on replica {id} was answered by {result}.");
        return entry!;
    }

    public ulong NextReadContext() => ++_readContexts;

    public void Tick(int id, int ticks = 1)
    {
        for (var i = 0; i < ticks; i++)
        {
            Core(id).Tick();
            Invariants.Check();
        }
    }

    public void TickAll(int ticks = 1)
    {
        for (var i = 0; i < ticks; i++)
        {
            foreach (var replica in _replicas.Where(replica => replica.IsUp))
            {
                replica.Core.Tick();
            }

            Settle();
        }
    }

    /// <summary>Delivers, writes and loads until nothing is left to do.</summary>
    public void Settle()
    {
        for (var round = 0; round < RoundsMax; round++)
        {
            if (!Round())
            {
                return;
            }
        }

        Assert.Fail($"The group has not come to rest in {RoundsMax} rounds.");
    }

    /// <summary>Hands one message to its receiver, if it is up, and was ever started.</summary>
    public void Deliver(RaftMessage message)
    {
        if (message.To.Value <= _replicas.Count && this[message.To.Value].IsUp)
        {
            Core(message.To.Value).Step(message);
        }

        Invariants.Check();
    }

    /// <summary>Takes a replica's outputs and completes its writes, delivering nothing.</summary>
    public void Flush(int id)
    {
        this[id].Drain();
        while (this[id].CompleteWrite())
        {
            this[id].Drain();
        }

        Invariants.Check();
    }

    public void Crash(params int[] ids)
    {
        foreach (var id in ids)
        {
            this[id].Crash();
        }
    }

    public void Restart(params int[] ids)
    {
        foreach (var id in ids)
        {
            this[id].Start();
        }

        Invariants.Check();
    }

    /// <summary>Cuts a replica off from all others.</summary>
    public void Isolate(int id)
    {
        foreach (var other in _replicas.Where(other => other.Id.Value != id))
        {
            Network.Cut(id, other.Id.Value);
        }
    }

    /// <summary>Goes on by so many of the smallest steps: a write or a load of one replica, one message delivered.</summary>
    public void Advance(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var replica = _replicas[step / 2 % _replicas.Count];
            if (step % 2 == 0 && replica.IsUp)
            {
                replica.Drain();
                replica.CompleteWrite();
                replica.CompleteLoad(succeeds: true);
                replica.CompleteSnapshot(succeeds: true);
                replica.Drain();
            }
            else if (Network.UnderWay.Count > 0)
            {
                Deliver(Network.Take(0));
            }

            Invariants.Check();
        }
    }

    /// <summary>What everyone knows, for the text of a failure.</summary>
    public override string ToString() => $"{Options}\n" + string.Join('\n', _replicas.Select(replica => replica.IsUp
        ? $"{replica.Id}: {replica.Core.Role} in term {replica.Core.Term} of {replica.Core.Leader}, commit {replica.Core.Commit}, "
            + $"log {replica.Log.FirstIndex}..{replica.Log.LastIndex} of term {replica.Log.LastTerm}, "
            + $"disk ..{replica.Disk.DurableLog.LastIndex}, {replica.Core.Configuration} of {replica.Core.ConfigurationIndex}"
            + (replica.Core.IsQuiet ? ", quiet" : string.Empty)
        : $"{replica.Id} is down, disk ..{replica.Disk.DurableLog.LastIndex} of term {replica.Disk.DurableLog.LastTerm}"));

    private bool Round()
    {
        var busy = false;
        foreach (var replica in _replicas.Where(replica => replica.IsUp))
        {
            busy |= replica.Core.HasOutput || replica.WaitingLoads > 0 || replica.WaitingSnapshots > 0;
            replica.Drain();
            busy |= replica.CompleteWrite();
            replica.CompleteLoad(succeeds: true);
            replica.CompleteSnapshot(succeeds: true);
            replica.Drain();
        }

        var messages = Network.Capture(_ => true);
        foreach (var message in messages)
        {
            Deliver(message);
        }

        Invariants.Check();
        return busy || messages.Count > 0;
    }
}
