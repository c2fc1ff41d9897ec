using System.Runtime.CompilerServices;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Tests.Clients;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>The newest records of many partitions in memory, under one budget.</summary>
public sealed class TailTests
{
    private const int Partitions = 40;
    private const long BudgetBytes = 256 << 10;
    private const int ValueBytes = 4_000;

    private static readonly string Value = new('v', ValueBytes);

    [Fact]
    public void Fetch_AtTheTailOfOnePartitionOfMany_NeverReadsTheDisk()
    {
        using var cluster = new HandCluster { TailBytesMax = BudgetBytes };
        var partitions = Open(cluster);
        Fill(cluster, partitions[1..], batches: 2);
        Assert.True(cluster[1].Storage.Counters.TailBytes > BudgetBytes / 2);

        // Everything goes to segments at once here: what keeps it in memory is the budget alone.
        var hot = partitions[0];
        for (var offset = 0; offset < 300; offset++)
        {
            Assert.Equal(ErrorCode.None, Produce(cluster, hot, Batch()).Code);
            var read = Read(cluster, hot, offset);
            Assert.Null(read.Cold);
            Assert.Equal(offset, Assert.Single(read.Entries, entry => entry.Kind == EntryKind.Data).BaseOffset);

            // So does one that is some batches behind, once the hot partition has had its turn.
            var lag = Math.Min(offset, 20);
            Assert.Null(Read(cluster, hot, offset - lag).Cold);
        }
    }

    [Fact]
    public void Produce_ToManyPartitions_KeepsTheirMemoryWithinOneBudget()
    {
        using var cluster = new HandCluster { TailBytesMax = BudgetBytes };
        var partitions = Open(cluster);
        var batches = new List<WeakReference>();
        for (var round = 0; round < 15; round++)
        {
            batches.AddRange(Fill(cluster, partitions, batches: 1));
            Assert.InRange(cluster[1].Storage.Counters.TailBytes, 0, BudgetBytes);
        }

        // Not only what is counted: all else that held them on their way has let go too.
        GC.Collect();
        var alive = batches.Count(static batch => batch.IsAlive);
        Assert.True(batches.Count * ValueBytes > 8 * BudgetBytes);
        Assert.InRange(alive * ValueBytes, BudgetBytes / 4, BudgetBytes);
        Assert.All(partitions, partition => Assert.Equal(15, cluster.Fetch(1, partition, 0).Values.Count));
    }

    private static PartitionInfo[] Open(HandCluster cluster)
    {
        var info = HandCluster.Info(1);
        PartitionInfo[] partitions = [.. Enumerable.Range(0, Partitions).Select(partition =>
            info with { Partition = partition, Group = new GroupId((ulong)partition + 1) })];
        cluster.Start(1);
        foreach (var partition in partitions)
        {
            cluster[1].Open(partition);
            cluster.AwaitLeader(partition.Group);
        }

        return partitions;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Fill(HandCluster cluster, PartitionInfo[] partitions, int batches)
    {
        var made = new List<WeakReference>();
        foreach (var partition in partitions)
        {
            for (var i = 0; i < batches; i++)
            {
                var batch = Batch();
                made.Add(new WeakReference(batch));
                Assert.Equal(ErrorCode.None, Produce(cluster, partition, batch).Code);
            }
        }

        return made;
    }

    private static byte[] Batch() => RawFrames.Batch(-1, -1, -1, Value);

    private static HandReply Produce(HandCluster cluster, PartitionInfo partition, byte[] batch)
    {
        var reply = cluster.Produce(1, partition, batch);
        cluster.Tick();
        return reply;
    }

    private static PartitionRead Read(HandCluster cluster, PartitionInfo partition, long offset)
    {
        var work = new FetchWork(partition, offset, 1, 0, waiter: null);
        cluster[1].Post(partition.Group, work);
        cluster.Settle();
        Assert.True(work.Read.IsCompletedSuccessfully);
        Assert.Equal(ErrorCode.None, work.Read.Result.Code);
        return work.Read.Result;
    }
}
