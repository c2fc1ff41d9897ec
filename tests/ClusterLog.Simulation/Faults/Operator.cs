using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Faults;

/// <summary>
/// Who looks after the machines, and no more: replaces disks from which nothing can be started, starts a broker whose disk
/// is damaged once, so that all of it is read, then and by the scrubber, and sees whether the broker has everything back.
/// What was damaged or lost the product repairs by itself. Looks about once a second.
/// </summary>
internal sealed partial class Operator : IScheduled
{
    private readonly World _world;
    private readonly SimulatedRandom _random;

    // By broker: when a disk that is damaged is looked at as a whole, and whether that has been done.
    private readonly long[] _scrubAt;
    private readonly bool[] _isLookedAt;

    public Operator(World world)
    {
        _world = world;
        _random = world.RandomFor(RandomStream.Operator);
        (_scrubAt, _isLookedAt) = (new long[world.Brokers.Count + 1], new bool[world.Brokers.Count + 1]);
    }

    /// <summary>Assignments that were proposed, and of which nobody knows yet whether they will come.</summary>
    public int AssignmentsOpen { get; set; }

    /// <summary>Whether the members are those that were assigned, all of them voters, and no change of them is under way.</summary>
    public static bool IsSettled(Replica leader, PartitionInfo partition)
    {
        var configuration = leader.Configuration;
        return !configuration.IsJoint
            && leader.ConfigurationIndex <= leader.Commit
            && configuration.Members.Length == partition.Replicas.Length
            && partition.Replicas.All(configuration.IsVoter);
    }

    public void Start() => _world.After(WorldSettings.Second, this);

    /// <summary>The plan has damaged a disk: found by the product, or, in a while, by looking.</summary>
    public void OnDamaged(int broker) =>
        _scrubAt[broker] = _world.Now + (_random.Between(5, 40) * WorldSettings.Second);

    /// <summary>A disk is lost, or taken out.</summary>
    public void Replace(int broker)
    {
        _isLookedAt[broker] = true;
        _world.Broker(broker).ReplaceDisk();
    }

    /// <summary>One look at everything.</summary>
    public void Run()
    {
        foreach (var broker in _world.Brokers)
        {
            if (broker.Damage is not null)
            {
                Replace(broker.Id);
            }
            else if (broker.IsSuspect && !_isLookedAt[broker.Id] && _world.Now > _scrubAt[broker.Id])
            {
                Scrub(broker);
            }
        }

        if (Leaders.Find(_world, GroupId.Metadata) is { } metadata)
        {
            LookForRepaired(metadata);
        }

        _world.After(_random.Between(500, 1_500) * WorldSettings.Millisecond, this);
    }

    /// <summary>What is left to do, or null.</summary>
    public string? Missing()
    {
        foreach (var broker in _world.Brokers)
        {
            if (!broker.IsRunning)
            {
                return $"{broker} does not run";
            }

            if (broker.IsSuspect)
            {
                return $"{broker} has not got everything back after its disk was damaged or lost";
            }
        }

        return null;
    }

    // A start believes what the indexes cover; since then the scrubber must have read that too.
    private static bool HasBeenRead(SimulatedBroker broker) => broker.Life is { Storage.Scrubber.Passes: > 0 };

    // A start reads what it needs to begin with, and the scrubber after it all the rest that counts.
    private void Scrub(SimulatedBroker broker)
    {
        _isLookedAt[broker.Id] = true;
        broker.Disk.CancelMisdirection();
        broker.Crash(powerLost: false, losesAll: false);
        _world.After(WorldSettings.Second, broker.Start);
    }

    private void LookForRepaired(Replica metadata)
    {
        var snapshot = ((MetadataGroup)metadata.Machine).Snapshot;
        foreach (var broker in _world.Brokers)
        {
            if (broker.IsSuspect && _isLookedAt[broker.Id] && HasBeenRead(broker) && HasEverything(metadata, snapshot, broker))
            {
                (broker.IsSuspect, _isLookedAt[broker.Id]) = (false, false);
                _world.Statistics.CorruptionsRepaired++;
                _world.Trace.Note($"{broker} has everything back");
            }
        }
    }
}
