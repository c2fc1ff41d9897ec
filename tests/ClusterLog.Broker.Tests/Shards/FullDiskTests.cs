using System.Globalization;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Tests.Clients;
using ClusterLog.Broker.Tests.Cluster;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Shards;

/// <summary>A disk that fills up: writes are refused for the time being, reads go on, and room again is enough.</summary>
public sealed class FullDiskTests
{
    private static readonly string Filling = new('x', 30 << 10);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Produce_OnAFullDisk_IsRefusedUntilThereIsRoom_AndReadsGoOn()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 64);
        disk.Fill(32 << 20);
        await using var cluster = await TestCluster.StartAsync(1, Cancelled, options => Configure(options, disk));
        await cluster.CreateTopicAsync("t", partitions: 1, replicas: 1, Cancelled);
        await using var client = await cluster.OpenRawAsync(1, Cancelled);

        var sent = new List<string>();
        var refusal = await FillAsync(client, sent);
        Assert.Equal(ErrorCode.StorageFull, refusal.Error);
        Assert.True(ErrorCodes.IsTransient(refusal.Error));
        Assert.True(refusal.Failure.RetryAfterMs > 0);

        // Every acknowledged record can be read while the disk is full, by old connections and new ones.
        await using (var reader = await cluster.OpenRawAsync(1, Cancelled))
        {
            AssertHolds(sent, await reader.ReadAllAsync("t", 0));
        }

        disk.MakeRoom();
        await ProduceUntilTakenAsync(client, "t", 0, "room again");
        sent.Add("room again");
        AssertHolds(sent, await client.ReadAllAsync("t", 0));
    }

    [Fact]
    public async Task Produce_WithOneFollowersDiskFull_IsCommittedByTheOthers_AndTheFollowerCatchesUp()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 64);
        await using var cluster = await TestCluster.StartAsync(
            3, Cancelled, options => Configure(options, options.BrokerId == 3 ? disk : null));
        await cluster.CreateTopicAsync("t", partitions: 6, replicas: 3, Cancelled);
        var partition = 0;
        var leader = await cluster.LeaderOfAsync("t", partition, Cancelled);
        while (leader.Options.BrokerId == 3)
        {
            leader = await cluster.LeaderOfAsync("t", ++partition, Cancelled);
        }

        await using var client = await RawClient.OpenAsync(leader.ClientEndPoint, Cancelled);
        await client.ProduceAsync("t", partition, RawFrames.Batch("before"));
        disk.Fill(64 << 20);
        await WaitUntilFullAsync(cluster, partition);
        string[] sent = ["before", .. Enumerable.Range(0, 50).Select(i => $"{i}")];
        foreach (var value in sent[1..])
        {
            await client.ProduceAsync("t", partition, RawFrames.Batch(value));
        }

        Assert.Equal(sent, await client.ReadAllAsync("t", partition));
        disk.MakeRoom();
        await WaitUntilCaughtUpAsync(cluster, partition, sent.Length);
    }

    private static void Configure(BrokerOptions options, SmallDisk? disk)
    {
        options.Limits.FrameBytesMax = 64 << 10;
        options.Limits.RecordBytesMax = 32 << 10;
        options.Limits.ProduceTimeoutMax = TimeSpan.FromSeconds(2);
        options.Storage.WalFileBytes = 2 << 20;
        options.Storage.MinFreeBytes = 8 << 20;
        options.DataDirectory = disk is null ? options.DataDirectory : Path.Combine(disk.Path, "data");
    }

    /// <summary>Produces until the broker says why it takes no more.</summary>
    private static async Task<RawReply> FillAsync(RawClient client, List<string> sent)
    {
        for (var i = 0; i < 10_000; i++)
        {
            var value = i.ToString(CultureInfo.InvariantCulture) + Filling;
            var reply = await client.TryAskAsync(RawFrames.Produce("t", 0, RawFrames.Batch(value)));
            if (reply.Error == ErrorCode.None)
            {
                sent.Add(value);
            }
            else if (reply.Error != ErrorCode.RequestTimedOut)
            {
                return reply;
            }
        }

        Assert.Fail("The disk never filled up.");
        throw new InvalidOperationException();
    }

    private static async Task ProduceUntilTakenAsync(RawClient client, string topic, int partition, string value)
    {
        while (true)
        {
            var reply = await client.TryAskAsync(RawFrames.Produce(topic, partition, RawFrames.Batch(value)));
            if (reply.Error == ErrorCode.None)
            {
                return;
            }

            Assert.True(ErrorCodes.IsTransient(reply.Error), $"{reply.Error}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancelled);
        }
    }

    private static async Task WaitUntilFullAsync(TestCluster cluster, int partition)
    {
        await using var client = await cluster.OpenRawAsync(3, Cancelled);
        ErrorCode error;
        do
        {
            // Of a partition that another leads, it says so only where it could write.
            error = (await client.TryAskAsync(RawFrames.Produce("t", partition, RawFrames.Batch("?")))).Error;
        }
        while (error != ErrorCode.StorageFull);
    }

    private static async Task WaitUntilCaughtUpAsync(TestCluster cluster, int partition, long nextOffset)
    {
        var checksums = new HashSet<uint>();
        foreach (var id in cluster.Ids)
        {
            await using var client = await cluster.OpenRawAsync(id, Cancelled);
            StatusReplica replica;
            do
            {
                var status = await client.AskAsync<ClusterStatusRequest, ClusterStatusResponse>(new());
                replica = status.Replicas.Single(mine => mine.Topic == "t" && mine.Partition == partition);
            }
            while (replica.NextOffset != nextOffset);
            checksums.Add(replica.Checksum);
        }

        Assert.Single(checksums);
    }

    /// <summary>All that was acknowledged is there, in order; between it may stand what timed out.</summary>
    private static void AssertHolds(List<string> sent, List<string> found)
    {
        var at = 0;
        foreach (var value in found)
        {
            if (at < sent.Count && value == sent[at])
            {
                at++;
            }
        }

        Assert.Equal(sent.Count, at);
    }
}
