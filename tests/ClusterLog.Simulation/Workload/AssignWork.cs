using System.Collections.Immutable;
using ClusterLog.Broker;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Simulation.Brokers;

namespace ClusterLog.Simulation.Workload;

/// <summary>
/// Assigns a partition to other brokers: one more, one fewer, one for another, or all anew. The operator then changes the
/// group's members.
/// </summary>
internal sealed class AssignWork(BrokerLife life, PartitionInfo partition, int choice, int brokers) : IShardWork
{
    public void Run(Shard shard)
    {
        var wanted = Choose();
        var command = MetadataCommandCodec.Encode(new AssignReplicasCommand(partition.Group, [.. wanted]));
        try
        {
            _ = life.Metadata.Propose(command);
        }
        catch (BrokerException)
        {
            // The broker is stopping.
        }
    }

    private ImmutableArray<int> Choose()
    {
        int[] present = [.. partition.Replicas.Select(static replica => replica.Value)];
        int[] absent = [.. Enumerable.Range(1, brokers).Except(present)];
        var random = new Worlds.SimulatedRandom((ulong)choice);
        return (choice % 4) switch
        {
            0 when absent.Length > 0 => [.. present, absent[random.Next(absent.Length)]],
            1 when present.Length > 2 => [.. present.Where((_, position) => position != choice / 4 % present.Length)],
            2 when absent.Length > 0 => Replace(present, choice / 4 % present.Length, absent[random.Next(absent.Length)]),
            _ => [.. Shuffle(random).Take(Math.Min(brokers, 3))],
        };
    }

    private static ImmutableArray<int> Replace(int[] present, int position, int broker) =>
        [.. present.Select((item, at) => at == position ? broker : item)];

    private int[] Shuffle(Worlds.SimulatedRandom random)
    {
        int[] all = [.. Enumerable.Range(1, brokers)];
        random.Shuffle(all);
        return all;
    }
}
