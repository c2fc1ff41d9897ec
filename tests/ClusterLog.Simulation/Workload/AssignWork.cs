using System.Collections.Immutable;
using ClusterLog.Broker;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Workload;

/// <summary>
/// Assigns a partition to other brokers, as a careful operator would: only while all disks are whole and the last change
/// is through, one or two brokers more where there are three, one fewer where there are more, or one instead of another.
/// The group's members follow by themselves.
/// </summary>
internal sealed class AssignWork(World world, BrokerLife life, PartitionInfo partition, int choice) : IShardWork
{
    private const int ReplicasMin = 3;

    public void Run(Shard shard)
    {
        if (CanChange() && Choose() is { Length: > 0 } wanted)
        {
            ProposeAsync(wanted);
        }
    }

    /// <summary>As long as nobody knows whether the assignment will come, no disk may be lost.</summary>
    private async void ProposeAsync(ImmutableArray<int> wanted)
    {
        world.Trace.Note($"operator: {partition} to brokers {string.Join(", ", wanted)}");
        world.Operator.AssignmentsOpen++;
        try
        {
            var command = MetadataCommandCodec.Encode(new AssignReplicasCommand(partition.Group, wanted));
            await life.Metadata.Propose(command);
            world.Operator.AssignmentsOpen--;
        }
        catch (BrokerException error) when (error.Code == ErrorCode.NotLeader)
        {
            world.Operator.AssignmentsOpen--;
        }
        catch (BrokerException)
        {
            // It may come later, or never.
        }
    }

    private bool CanChange()
    {
        foreach (var broker in world.Brokers)
        {
            if (broker.IsSuspect)
            {
                return false;
            }
        }

        return world.Operator.AssignmentsOpen == 0
            && Leaders.Find(world, partition.Group) is { } leader
            && Operator.IsSettled(leader, partition);
    }

    private ImmutableArray<int> Choose()
    {
        int[] present = [.. partition.Replicas.Select(static replica => replica.Value)];
        int[] absent = [.. Enumerable.Range(1, world.Brokers.Count).Except(present)];
        if (absent.Length > 0 && choice % 4 == 0)
        {
            var leaving = choice / 4 % present.Length;
            return [.. present.Where((_, position) => position != leaving), absent[choice / 8 % absent.Length]];
        }

        if (present.Length > ReplicasMin)
        {
            return [.. present.Where((_, position) => position != choice % present.Length)];
        }

        return absent.Length == 0 ? [] : [.. present, .. absent.Skip(choice / 2 % absent.Length).Take(1 + (choice % 2))];
    }
}
