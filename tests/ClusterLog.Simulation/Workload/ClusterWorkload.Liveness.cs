using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Workload;

/// <content>What must come once the faults have ended, in this order: progress, rest, equality.</content>
internal sealed partial class ClusterWorkload
{
    private readonly HashSet<GroupId> _progressed = [];
    private bool _isMetadataAsked;
    private bool _isMetadataChanged;
    private long _healedAt;

    /// <inheritdoc/>
    public string? MissingForLiveness(World world)
    {
        if (!IsStopped)
        {
            if (MissingProgress(world) is { } missing)
            {
                return missing;
            }

            IsStopped = true;
            world.Trace.Note($"all groups have made progress; the clients stop");
        }

        return MissingRest() ?? MissingEquality(world) ?? MissingQuiet(world);
    }

    private void StartProbing()
    {
        (IsProbing, _healedAt) = (true, _world.Now);
        _producers.ForEach(static producer => producer.Probe());
    }

    private string? MissingProgress(World world)
    {
        if (Admin.TopicsMissing > 0)
        {
            return $"{Admin.TopicsMissing} topics are not created yet";
        }

        ChangeMetadata(world);
        if (!_isMetadataChanged)
        {
            return "the metadata takes no change";
        }

        foreach (var producer in _producers)
        {
            if (producer.AcknowledgedAt > _healedAt && producer.Group is { } group)
            {
                _progressed.Add(group);
            }
        }

        foreach (var partition in Newest(world).ByGroup.Values)
        {
            if (HasProducer(partition) && !_progressed.Contains(partition.Group))
            {
                return $"no record was acknowledged in {partition}, group {partition.Group}";
            }
        }

        return null;
    }

    private bool HasProducer(PartitionInfo partition)
    {
        foreach (var producer in _producers)
        {
            if (producer.Plan.Topic == partition.Topic && producer.Plan.Partition == partition.Partition)
            {
                return true;
            }
        }

        return false;
    }

    private void ChangeMetadata(World world)
    {
        if (!_isMetadataAsked)
        {
            _isMetadataAsked = true;
            var broker = 1 + (int)(world.Step % world.Brokers.Count);
            Admin.RequestProducerId(broker, _ => _isMetadataChanged = true, () => _isMetadataAsked = false);
        }
    }

    private string? MissingRest()
    {
        foreach (var producer in _producers)
        {
            if (!producer.IsSettled)
            {
                return $"producer {producer.Plan.Number} has no answer for its last batches";
            }
        }

        foreach (var consumer in _consumers)
        {
            if (!consumer.IsSettled)
            {
                return $"consumer {consumer.Plan.Number} has no answer for its last poll";
            }
        }

        return null;
    }

    private static string? MissingEquality(World world)
    {
        var newest = Newest(world);
        var missing = Equality.Missing(world, GroupId.Metadata);
        foreach (var partition in newest.ByGroup.Values)
        {
            missing ??= partition.IsMoving
                ? $"{partition} has not been reported to be where it was to go by entry {partition.AssignedAt}"
                : Equality.Missing(world, partition.Group);
        }

        return missing;
    }

    private static string? MissingQuiet(World world)
    {
        foreach (var broker in world.Brokers)
        {
            foreach (var replica in broker.Replicas)
            {
                if (world.Settings.QuietGroups && !replica.IsQuiet)
                {
                    return $"group {replica.Group} is not quiet on broker {broker.Id}, where the replica is {replica.Role}";
                }
            }
        }

        return null;
    }

    private static Replica? FindLeader(World world, GroupId group)
    {
        Replica? leader = null;
        foreach (var broker in world.Brokers)
        {
            if (broker.Find(group) is { IsReadyToServe: true } found && (leader is null || found.Term > leader.Term))
            {
                leader = found;
            }
        }

        return leader;
    }

    /// <summary>The metadata of the broker that knows most of it.</summary>
    private static MetadataSnapshot Newest(World world)
    {
        var newest = MetadataSnapshot.Empty;
        foreach (var broker in world.Brokers)
        {
            if (broker.Life is { } life && life.Metadata.Snapshot.Version > newest.Version)
            {
                newest = life.Metadata.Snapshot;
            }
        }

        return newest;
    }
}
