namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>One replica: a core, its log, its disk, and a driver that keeps the contract of <see cref="RaftOutput"/>.</summary>
internal sealed partial class SimulatedReplica
{
    private readonly SimulatedCluster _cluster;
    private readonly Queue<LoadRequest> _loads = new();
    private RaftCore? _core;

    public SimulatedReplica(SimulatedCluster cluster, ReplicaId id, SimulatedDisk disk)
    {
        _cluster = cluster;
        Id = id;
        Disk = disk;
        Log = disk.DurableLog.Copy();
        Start();
    }

    public ReplicaId Id { get; }

    public SimulatedDisk Disk { get; }

    public ListRaftLog Log { get; private set; }

    public bool IsUp => _core is not null;

    /// <summary>While true, writes wait: the disk hangs.</summary>
    public bool IsDiskStalled { get; set; }

    public RaftCore Core => _core ?? throw new InvalidOperationException($"Replica {Id} is down.");

    public int WaitingLoads => _loads.Count;

    public void Start()
    {
        Log = Disk.DurableLog.Copy();
        Machine = new SimulatedMachine(
            Log.FirstIndex.Previous, Disk.Base is { } snapshot ? SimulatedMachine.StateOf(snapshot) : 0);
        Log.Appended = (previousTerm, entry) => _cluster.Invariants.Appended(Id, previousTerm, entry);
        _core = new RaftCore(
            _cluster.Options, Id, _cluster.Voters, Log, Disk.DurableState, Machine.Applied, new Random(_cluster.Random.Next()));
        _cluster.Invariants.Started(this);
    }

    /// <summary>Stops the replica; some parts of the write under way may have reached the disk.</summary>
    public void Crash(int partsWritten = 0)
    {
        _core = null;
        _loads.Clear();
        _snapshotsWanted.Clear();
        _readsWaiting.Clear();
        Disk.Crash(partsWritten);
    }

    /// <summary>Takes all outputs: sends what may leave and queues what must be written first.</summary>
    public void Drain()
    {
        while (Core.HasOutput)
        {
            var output = Core.TakeOutput();
            Send(output.Messages);
            foreach (var load in output.Loads)
            {
                _loads.Enqueue(load);
            }

            foreach (var peer in output.SnapshotsWanted)
            {
                _snapshotsWanted.Enqueue(peer);
            }

            Apply(output);
            TakeReads(output);
            if (output.Token is not null)
            {
                Disk.Submit(output);
            }
            else
            {
                Assert.Null(output.HardState);
                Assert.Null(output.Snapshot);
                Assert.Empty(output.Entries);
                Assert.Empty(output.MessagesAfterDurable);
            }
        }
    }

    /// <summary>Completes the oldest waiting write: releases its messages and tells the core.</summary>
    public bool CompleteWrite()
    {
        if (IsDiskStalled || Disk.Waiting == 0)
        {
            return false;
        }

        var output = Disk.Complete();
        var token = output.Token!.Value;
        foreach (var message in output.MessagesAfterDurable)
        {
            Invariants.Released(this, token, message);
        }

        Send(output.MessagesAfterDurable);
        Core.Durable(token);
        return true;
    }

    public void CompleteLoad(bool succeeds)
    {
        if (_loads.TryDequeue(out var load))
        {
            Core.Loaded(load.Peer, load.First, succeeds ? Log.Slice(load.First, load.Last, load.BytesMax) : []);
        }
    }

    private void Send(List<RaftMessage> messages)
    {
        foreach (var message in messages)
        {
            _cluster.Invariants.Sent(this, message);
            _cluster.Network.Send(message);
        }
    }
}
