using System.Collections.Immutable;
using ClusterLog.Broker;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Simulation.Brokers;

namespace ClusterLog.Simulation.Faults;

/// <content>Changes of members.</content>
internal sealed partial class Operator
{
    // Partitions whose replica on a broker was lost and taken away: to be given back.
    private readonly HashSet<(GroupId Group, int Broker)> _toReturn = [];

    /// <summary>Takes a replica that was lost with its disk out of the assignment, and then places a new one there.</summary>
    private void Reassign(Replica metadata, MetadataSnapshot snapshot, PartitionInfo partition)
    {
        foreach (var broker in _world.Brokers)
        {
            if (!_isBlank[broker.Id]
                || !broker.IsRunning
                || !snapshot.Brokers.TryGetValue(broker.Id, out var info)
                || info.DirectoryId != broker.DirectoryId)
            {
                continue;
            }

            var replica = partition.ReplicaOn(broker.Id);
            int[] brokers = [.. partition.Replicas.Select(item => item.Value)];
            if (!replica.IsNone && partition.PlacedAt(replica) < info.DirectorySince && brokers.Length > 1)
            {
                _toReturn.Add((partition.Group, broker.Id));
                Assign(metadata, partition, [.. brokers.Where(item => item != broker.Id)]);
            }
            else if (replica.IsNone && _toReturn.Remove((partition.Group, broker.Id)))
            {
                Assign(metadata, partition, [.. brokers, broker.Id]);
            }
            else if (!replica.IsNone)
            {
                // It is back, whatever an earlier look saw through the eyes of a leader that was behind.
                _toReturn.Remove((partition.Group, broker.Id));
            }
        }
    }

    private void Assign(Replica metadata, PartitionInfo partition, ImmutableArray<int> brokers)
    {
        _world.Trace.Note($"the operator assigns {partition} to brokers {string.Join(", ", brokers)}");
        var command = MetadataCommandCodec.Encode(new AssignReplicasCommand(partition.Group, brokers));
        try
        {
            _ = ((MetadataGroup)metadata.Machine).Propose(command);
        }
        catch (BrokerException error)
        {
            _world.Trace.Note($"not assigned: {error.Message}");
        }
    }

    /// <summary>One step from the members that there are to those that there are to be.</summary>
    private void FollowAssignment(Replica leader, ReplicaId[] wanted)
    {
        var configuration = leader.Configuration;

        // Also while a change is not committed yet: the leader must refuse that.
        if (configuration.IsJoint)
        {
            return;
        }

        if (NextChange(leader, configuration, wanted) is { } change)
        {
            _world.Trace.Note($"group {leader.Group}: the operator asks {leader.Identity} for {change}");
            _world.Broker(leader.Identity.Value).Life?.Post(leader.Group, new ChangeWork(_world, leader.Group, change));
        }
    }

    private ConfigurationChange? NextChange(Replica leader, Configuration configuration, ReplicaId[] wanted)
    {
        var steps = new List<MemberChange>();
        foreach (var member in configuration.Members)
        {
            // A replica that is not wanted goes at once if it is of a lost disk, else only when the new ones are voters.
            if (!wanted.Contains(member) && (_isBlank[member.Value] || wanted.All(configuration.IsVoter)))
            {
                steps.Add(MemberChange.Remove(member));
            }
        }

        foreach (var replica in wanted)
        {
            if (!configuration.Contains(replica))
            {
                steps.Add(MemberChange.AddLearner(replica));
            }
            else if (configuration.IsLearner(replica) && leader.Progress(replica).Match >= leader.Commit)
            {
                steps.Add(MemberChange.AddVoter(replica));
            }
        }

        return steps.Count > 0 ? new ConfigurationChange([.. steps]) : null;
    }

    private bool HasEverything(Replica metadata, MetadataSnapshot snapshot, SimulatedBroker broker)
    {
        if (!IsFullMember(metadata, broker.Self)
            || !snapshot.Brokers.TryGetValue(broker.Id, out var info)
            || info.DirectoryId != broker.DirectoryId)
        {
            return false;
        }

        foreach (var partition in snapshot.ByGroup.Values)
        {
            var replica = partition.ReplicaOn(broker.Id);
            if (_toReturn.Contains((partition.Group, broker.Id))
                || Leaders.Find(_world, partition.Group) is not { } leader
                || (!replica.IsNone && (partition.PlacedAt(replica) < info.DirectorySince || !IsFullMember(leader, replica)))
                || HasStranger(leader.Configuration, partition))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFullMember(Replica leader, ReplicaId replica) =>
        !leader.Configuration.IsJoint
        && leader.ConfigurationIndex <= leader.Commit
        && leader.Configuration.IsVoter(replica)
        && (leader.Identity == replica || leader.Progress(replica).Match >= leader.Commit);

    private static bool HasStranger(Configuration configuration, PartitionInfo partition)
    {
        foreach (var member in configuration.Members)
        {
            if (!partition.Replicas.Contains(member))
            {
                return true;
            }
        }

        return false;
    }
}
