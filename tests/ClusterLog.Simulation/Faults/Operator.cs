using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Faults;

/// <summary>
/// Who looks after the cluster: replaces disks that are damaged, takes the replicas that were lost with them out of
/// their groups, puts new ones in, and makes every group's members follow its assignment. Looks about once a second.
/// </summary>
internal sealed partial class Operator : IScheduled
{
    private readonly World _world;
    private readonly SimulatedRandom _random;

    // By broker: when a disk that is damaged, and that nobody complains of, is looked at, and then replaced.
    private readonly long[] _scrubAt;
    private readonly bool[] _isBlank;

    public Operator(World world)
    {
        _world = world;
        _random = world.RandomFor(RandomStream.Operator);
        (_scrubAt, _isBlank) = (new long[world.Brokers.Count + 1], new bool[world.Brokers.Count + 1]);
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
        _isBlank[broker] = true;
        _scrubAt[broker] = 0;
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
            else if (broker.IsSuspect && !_isBlank[broker.Id] && _world.Now > _scrubAt[broker.Id])
            {
                Scrub(broker);
            }
        }

        if (Leaders.Find(_world, GroupId.Metadata) is { } metadata)
        {
            LookAfterMembers(metadata);
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

    // A start reads and checks everything that still counts. Damage that it passes over has hit nothing that counts;
    // the disk is replaced all the same.
    private void Scrub(SimulatedBroker broker)
    {
        if (_scrubAt[broker.Id] == long.MaxValue - 1)
        {
            Replace(broker.Id);
            return;
        }

        _scrubAt[broker.Id] = long.MaxValue - 1;
        broker.Crash(powerLost: false, losesAll: false);
        _world.After(WorldSettings.Second, broker.Start);
        _world.After(10 * WorldSettings.Second, () => ReplaceIfSuspect(broker));
    }

    private void ReplaceIfSuspect(SimulatedBroker broker)
    {
        if (broker.IsSuspect && !_isBlank[broker.Id])
        {
            Replace(broker.Id);
        }
    }

    private void LookAfterMembers(Replica metadata)
    {
        var snapshot = ((MetadataGroup)metadata.Machine).Snapshot;
        FollowAssignment(metadata, [.. _world.Brokers.Select(broker => broker.Self)]);
        foreach (var partition in snapshot.ByGroup.Values)
        {
            Reassign(metadata, snapshot, partition);
            if (Leaders.Find(_world, partition.Group) is { } leader)
            {
                FollowAssignment(leader, [.. partition.Replicas]);
            }
        }

        foreach (var broker in _world.Brokers)
        {
            if (broker.IsSuspect && _isBlank[broker.Id] && HasEverything(metadata, snapshot, broker))
            {
                (broker.IsSuspect, _isBlank[broker.Id]) = (false, false);
                _world.Statistics.CorruptionsRepaired++;
                _world.Trace.Note($"{broker} has everything back");
            }
        }
    }
}
