using ClusterLog.Broker.Tests.Cluster;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>What all connections together may hold of a broker's memory: half frames, and replies nobody takes.</summary>
public sealed class BuffersFullTests
{
    private const int HangsAfterMs = 30_000;
    private const int FrameBytes = 64 << 10;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = HangsAfterMs)]
    public async Task HalfFrames_BeyondTheBrokersBudget_CostTheirConnectionsAndNoOthers()
    {
        await using var cluster = await StartAsync();
        await using var honest = await cluster.OpenRawAsync(1, Cancelled);
        var senders = await SendHalfFramesAsync(cluster, count: 4);

        // Four half frames do not fit into a budget of two.
        await await Task.WhenAny(senders.Select(sender => sender.ReceiveUntilClosedAsync()));
        Assert.Equal(0, (await honest.ProduceAsync("t", 0, RawFrames.Batch("still served"))).BaseOffset);
        await CloseAsync(senders);
    }

    [Fact(Timeout = HangsAfterMs)]
    public async Task Fetch_LargerThanWhatIsLeft_IsPutOffAndServedOnceThereIsRoom()
    {
        await using var cluster = await StartAsync();
        await using var client = await cluster.OpenRawAsync(1, Cancelled);
        await client.ProduceAsync("t", 0, RawFrames.Batch(new string('x', 30 << 10)));
        var senders = await SendHalfFramesAsync(cluster, count: 2);
        RawReply reply;
        do
        {
            // The broker may still be about to receive the half frames.
            reply = await client.TryAskAsync(RawFrames.Fetch("t", 0, 0, 1 << 20));
        }
        while (reply.Error == ErrorCode.None);

        Assert.Equal(ErrorCode.TooManyRequests, reply.Error);
        Assert.True(reply.Failure.RetryAfterMs > 0);
        await CloseAsync(senders);
        while (reply.Error == ErrorCode.TooManyRequests)
        {
            reply = await client.TryAskAsync(RawFrames.Fetch("t", 0, 0, 1 << 20));
        }

        Assert.Equal(ErrorCode.None, reply.Error);
    }

    private static async Task<List<RawClient>> SendHalfFramesAsync(TestCluster cluster, int count)
    {
        var senders = new List<RawClient>();
        for (var i = 0; i < count; i++)
        {
            senders.Add(await cluster.OpenRawAsync(1, Cancelled));
            await senders[i].SendAsync((byte[])[.. BitConverter.GetBytes(FrameBytes), .. new byte[FrameBytes - 16]]);
        }

        return senders;
    }

    private static async Task CloseAsync(List<RawClient> senders)
    {
        foreach (var sender in senders)
        {
            await sender.DisposeAsync();
        }
    }

    private static async Task<TestCluster> StartAsync()
    {
        var cluster = await TestCluster.StartAsync(1, Cancelled, options =>
        {
            options.Limits.FrameBytesMax = FrameBytes;
            options.Limits.RecordBytesMax = 32 << 10;
            options.Limits.BytesBufferedMax = 2 * FrameBytes;
        });
        await cluster.CreateTopicAsync("t", partitions: 1, replicas: 1, Cancelled);
        return cluster;
    }
}
