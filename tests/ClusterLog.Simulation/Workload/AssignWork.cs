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
/// is through, one or two brokers more where there are three, one fewer where there are more, or one instead of another. Or,
/// as a less careful one would: away from all brokers but one, or from all, and back at once or a little later, while the
/// group is still on its way; and perhaps away again. The group's members follow by themselves.
/// </summary>
internal sealed class AssignWork(World world, BrokerLife life, PartitionInfo partition, int choice) : IShardWork
{
    private const int ReplicasMin = 3;

    public void Run(Shard shard)
    {
        if (!CanChange())
        {
            return;
        }

        if (choice % 8 == 1 && ChooseAway() is { Length: > 0 } away)
        {
            ImmutableArray<int> back = [.. partition.Replicas.Select(static replica => replica.Value)];
            ProposeAsync([away, back, away, back], 1 + (choice / 8 % 4));
        }
        else if (Choose() is { Length: > 0 } wanted)
        {
            ProposeAsync([wanted], 1);
        }
    }

    /// <summary>As long as nobody knows whether the assignment will come, no disk may be lost.</summary>
    private async void ProposeAsync(ImmutableArray<int>[] wanted, int count)
    {
        world.Operator.AssignmentsOpen++;
        try
        {
            for (var i = 0; i < count; i++)
            {
                if (i > 0)
                {
                    await WaitAsync(choice / 32 % 4 * (choice % 900) * WorldSettings.Millisecond);
                    if (life.IsDead)
                    {
                        break;
                    }
                }

                world.Trace.Note($"operator: {partition} to brokers {string.Join(", ", wanted[i])}");
                var command = MetadataCommandCodec.Encode(new AssignReplicasCommand(partition.Group, wanted[i]));
                await life.Metadata.Propose(command);
            }

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

    private Task WaitAsync(long microseconds)
    {
        var wait = new TaskCompletionSource();
        world.After(microseconds, new ScheduledAction(wait.SetResult));
        return wait.Task;
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

    /// <summary>Where a majority of the brokers that hold the partition does not; nowhere where there are too few others.</summary>
    private ImmutableArray<int> ChooseAway()
    {
        int[] present = [.. partition.Replicas.Select(static replica => replica.Value)];
        int[] absent = [.. Enumerable.Range(1, world.Brokers.Count).Except(present)];
        return absent.Length == 0 ? []
            : choice / 128 % 3 == 0 ? [.. absent]
            : [present[choice / 128 % present.Length], .. absent.Take(ReplicasMin - 1)];
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
