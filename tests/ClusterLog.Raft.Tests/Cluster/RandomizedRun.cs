namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>One run of random steps and faults, all drawn from one seed.</summary>
internal sealed partial class RandomizedRun
{
    private const int HealTicksMax = 400;

    private static readonly int[] Mix = [1, 1, 2, 5, 12];

    private readonly SimulatedCluster _cluster;
    private readonly Random _random;
    private readonly (int Weight, Action Act)[] _actions;
    private readonly int _weights;
    private readonly double _lossRate;
    private readonly double _duplicateRate;
    private readonly bool _tellsOfCrashes;
    private ReplicaId _lagging;
    private int _quietSteps;

    /// <param name="seed">All is drawn from it.</param>
    /// <param name="churns">Few faults, and changes of the members all the time.</param>
    public RandomizedRun(int seed, bool churns = false)
    {
        _random = new Random(seed);
        _lossRate = _random.NextDouble() * (churns ? 0.02 : 0.2);
        _duplicateRate = _random.NextDouble() * 0.2;
        var inMemory = _random.Next(2) == 0 ? int.MaxValue : _random.Next(3, 20);
        _cluster = new SimulatedCluster(
            _random.Next(2) == 0 ? 3 : _random.Next(1, 6),
            seed,
            DrawOptions(),
            _ => new ListRaftLog { InMemoryMax = inMemory });

        // Among many faults little is ever committed: half of the seeds leave the group the time for it.
        var calm = _random.Next(2) == 0 && !churns ? 1 : 10;
        var changes = churns ? 2 * calm : _random.Next(3) == 0 ? 0 : calm;
        _actions =
        [
            (300, Tick), (calm * 450, DeliverAny), (calm * 250, CompleteWrites), (calm * 120, Propose), (40, CompleteLoad),
            (3, Crash),
            (20, Restart), (4, Partition), (8, _cluster.Network.Heal), (3, Transfer), (6, PeerDown), (6, PeerUp),
            (4, StallDisk), (10, ResumeDisk), (2, CrashAll), (8, Campaign),
            (60, Trim), (100, CompleteSnapshot), (2, Lag),
            (changes * 60, ChangeMembers), (changes * 4, Join), (changes == 0 ? 0 : 1, LoseDisk),
            (30, Read), (1, Rest),
        ];

        // Swarm testing: every seed has its own mix, for faults in even measure hide each other.
        for (var i = 0; i < _actions.Length; i++)
        {
            _actions[i].Weight *= Mix[_random.Next(Mix.Length)];
        }

        _weights = _actions.Sum(action => action.Weight);
        _tellsOfCrashes = _random.Next(2) == 0;
        DrawPriorities();
        foreach (var replica in _cluster.Replicas)
        {
            Prefer(replica);
        }

        if (churns)
        {
            _cluster.Elect(1);
        }
    }

    public int Step { get; private set; }

    /// <summary>What happened before the faults stopped.</summary>
    public RunCounts Counts { get; private set; }

    /// <summary>Equal for equal runs.</summary>
    public ulong TraceHash { get; private set; } = 14695981039346656037;

    public void Disturb(int steps)
    {
        for (; Step < steps; Step++)
        {
            Act();
            _cluster.Invariants.Check();
            Trace();
            _quietSteps += _cluster.Replicas.Any(replica => replica.IsUp && replica.Core.IsQuiet) ? 1 : 0;
        }

        Counts = new RunCounts(
            _cluster.Invariants.Committed.Count, _cluster.Invariants.Installs, _cluster.Invariants.Reads)
        {
            Changes = _cluster.Invariants.Changes,
            LostDisks = _cluster.LostReplicas.Count,
            QuietSteps = _quietSteps,
        };
        _cluster.Invariants.CheckLogs();
    }

    /// <summary>Stops all faults; the group must elect a leader, commit, and bring all its members to the same log.</summary>
    public void HealAndProgress()
    {
        _cluster.Network.Heal();
        foreach (var replica in _cluster.Replicas)
        {
            replica.IsDiskStalled = false;
            if (!replica.IsUp)
            {
                Start(replica);
            }
        }

        // A quiet group relies on this: its leader may have lost its disk, and never come back.
        TellOfPeers();
        LogEntry? last = null;
        for (var tick = 0; tick < HealTicksMax; tick++)
        {
            _cluster.TickAll();
            if (_cluster.Leader is { Core.IsReady: true } leader)
            {
                // A campaign begun under faults may still depose the first leader, and its entry is lost rightly.
                var isLost = last is not null && leader.Log.TermAt(last.Index) != last.Term;
                if (last is null || (isLost && !_cluster.Invariants.IsCommitted(last)))
                {
                    leader.Core.Propose(EntryKind.Data, 2, 0, new byte[1], out last);
                }
            }

            StopRemoved();
            if (last is not null && Members().All(replica => replica.Core.Commit >= last.Index))
            {
                break;
            }
        }

        // An accepted read is answered or fails, in an election timeout at the latest where it was forwarded.
        _cluster.TickAll(_cluster.Options.ElectionTicks);
        Assert.All(_cluster.Replicas, replica => Assert.Equal(0, replica.WaitingReads));
        Assert.True(last is not null, $"No leader was ready {HealTicksMax} ticks after the faults stopped. {_cluster}");
        Assert.True(_cluster.Invariants.IsCommitted(last), $"{last} was not committed after the faults stopped. {_cluster}");
        Assert.True(
            Members().All(replica => replica.Core.Commit >= last.Index), $"Not all have {last.Index} committed. {_cluster}");
        _cluster.Invariants.CheckLogs();
    }

    private RaftOptions DrawOptions() => new()
    {
        PreVote = _random.Next(4) != 0,
        CheckQuorum = _random.Next(4) != 0,
        QuietGroups = _random.Next(4) != 0,
        AppendBytesMax = _random.Next(2) == 0 ? 1 << 20 : 200,
        InflightBytesMax = _random.Next(2) == 0 ? 8 << 20 : 300,
        InflightMessagesMax = _random.Next(2) == 0 ? 64 : 2,
        UncommittedBytesMax = _random.Next(2) == 0 ? 64L << 20 : 800,
    };

    private void Act()
    {
        var drawn = _random.Next(_weights);
        foreach (var (weight, act) in _actions)
        {
            drawn -= weight;
            if (drawn < 0)
            {
                act();
                return;
            }
        }
    }

    private SimulatedReplica Any() => _cluster.Replicas[_random.Next(_cluster.Replicas.Count)];

    private void OnAny(Action<SimulatedReplica> act)
    {
        var replica = Any();
        if (replica.IsUp)
        {
            act(replica);
            DrainSometimes(replica);
        }
    }

    // A turn takes in many inputs before its outputs are taken.
    private void DrainSometimes(SimulatedReplica replica)
    {
        if (_random.Next(3) != 0)
        {
            replica.Drain();
        }
    }

    private void Tick() => OnAny(replica => replica.Core.Tick());

    private void DeliverAny()
    {
        var underWay = _cluster.Network.UnderWay.Count;
        if (underWay == 0)
        {
            return;
        }

        var position = _random.Next(3) == 0 ? _random.Next(underWay) : 0;
        var duplicates = _random.NextDouble() < _duplicateRate;
        var message = duplicates ? _cluster.Network.UnderWay[position] : _cluster.Network.Take(position);
        if (_random.NextDouble() < _lossRate || message.To == _lagging)
        {
            return;
        }

        _cluster.Deliver(message);
        if (message.To.Value <= _cluster.Replicas.Count && _cluster[message.To.Value].IsUp)
        {
            DrainSometimes(_cluster[message.To.Value]);
        }
    }

    private void CompleteWrites() => OnAny(replica =>
    {
        for (var writes = _random.Next(1, 5); writes > 0 && replica.CompleteWrite(); writes--)
        {
            DrainSometimes(replica);
        }
    });

    private void Propose() => OnAny(replica =>
    {
        for (var count = _random.Next(1, 6); count > 0; count--)
        {
            var offsets = _random.Next(4);
            var payload = new byte[_random.Next(120)];
            _random.NextBytes(payload);
            replica.Core.Propose(offsets == 0 ? EntryKind.Command : EntryKind.Data, offsets, 0, payload, out _);
        }
    });

    private void CompleteLoad() => OnAny(replica => replica.CompleteLoad(_random.Next(5) != 0));

    private void Crash()
    {
        if (_tellsOfCrashes)
        {
            Kill(Any());
        }
        else
        {
            Any().Crash(partsWritten: _random.Next(6));
        }
    }

    // Not always all that can be trimmed: what a restart finds is then a snapshot and entries after it.
    private void Trim() => OnAny(replica =>
    {
        var log = replica.Log;
        var kept = _random.Next(2) == 0 ? 0 : _random.Next(1 + log.Entries.Count);
        replica.Trim(new LogIndex(log.LastIndex.Value - (ulong)kept));
    });

    // Nothing reaches one replica for a while, or all that is sent does.
    private void Lag() => _lagging = _random.Next(3) != 0 ? Any().Id : ReplicaId.None;

    // Long enough for an idle group to fall quiet, if the network lets it.
    private void Rest() => _cluster.TickAll(2 * _cluster.Options.ElectionTicks);

    private void Read() => OnAny(replica => replica.RequestRead());

    private void CompleteSnapshot()
        => OnAny(replica => replica.CompleteSnapshot(_random.Next(5) != 0, newest: _random.Next(3) == 0));

    private void CrashAll() => _cluster.Crash([.. _cluster.Replicas.Select(replica => replica.Id.Value)]);

    private void Restart()
    {
        if (_cluster.Replicas.FirstOrDefault(replica => !replica.IsUp) is { } replica)
        {
            Start(replica);
        }
    }

    private void Partition()
    {
        switch (_random.Next(3))
        {
            case 0:
                _cluster.Isolate(Any().Id.Value);
                break;
            case 1:
                _cluster.Network.CutOneWay(Any().Id.Value, Any().Id.Value);
                break;
            default:
                var all = _cluster.Replicas.Select(replica => replica.Id).ToList();
                var half = all.Where(_ => _random.Next(2) == 0).ToHashSet();
                foreach (var (one, other) in all.SelectMany(one => all.Select(other => (one, other))))
                {
                    if (half.Contains(one) && !half.Contains(other))
                    {
                        _cluster.Network.Cut(one.Value, other.Value);
                    }
                }

                break;
        }
    }

    private void Campaign() => OnAny(replica => replica.Core.Campaign());

    private void Transfer() => OnAny(replica => replica.Core.TransferLeadership(Any().Id));

    private void PeerDown() => OnAny(replica => replica.Core.PeerDown(Any().Id));

    private void PeerUp() => OnAny(replica => replica.Core.PeerUp(Any().Id));

    private void StallDisk() => OnAny(replica => replica.IsDiskStalled = true);

    private void ResumeDisk() => OnAny(replica => replica.IsDiskStalled = false);

    private void Trace()
    {
        foreach (var replica in _cluster.Replicas.Where(replica => replica.IsUp))
        {
            var core = replica.Core;
            Hash(core.Term.Value);
            Hash(core.Commit.Value);
            Hash(core.ConfigurationIndex.Value);
            Hash((ulong)core.Role + (core.IsQuiet ? 8UL : 0));
            Hash(replica.Log.LastIndex.Value);
        }

        Hash((ulong)_cluster.Network.UnderWay.Count);
    }

    private void Hash(ulong value) => TraceHash = (TraceHash ^ value) * 1099511628211;
}
