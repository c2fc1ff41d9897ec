using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;

namespace ClusterLog.Simulation.Workload;

/// <summary>Trims a partition somewhere in its second half, after saving a checkpoint that makes it possible, or without.</summary>
internal sealed class TrimChoice(PartitionInfo partition, int choice) : IShardWork
{
    public void Run(Shard shard)
    {
        if (shard.Find(partition.Group) is not { Machine: Partition machine } replica)
        {
            return;
        }

        shard.Touch(replica);
        if (choice % 2 == 0)
        {
            replica.SaveCheckpoint();
        }

        var length = machine.HighWatermark - machine.FirstOffset;
        var start = machine.FirstOffset + (length * (50 + (choice % 51)) / 100);
        new TrimWork(partition, start).Run(shard);
    }
}
