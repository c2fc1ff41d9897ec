using ClusterLog.Broker.Tests.Clients;
using ClusterLog.Broker.Tests.Cluster;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Tests.Partitions;

/// <summary>The same batch sent again stands in the log once, whatever happened between.</summary>
public sealed class IdempotenceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batch_SentTwice_BeforeAndAfterItsCommit_StandsOnce()
    {
        await using var cluster = await StartAsync();
        await using var client = await cluster.OpenLeaderAsync("t", 0, Cancelled);
        var id = await InitAsync(client);

        // Back to back: the second comes while the first is not committed.
        byte[] first = RawFrames.Batch(id, 0, 0, "a", "b");
        await client.SendAsync(new ReadOnlyMemory<byte>(
        [
            .. RawFrames.Of(1, RawFrames.Produce("t", 0, first)),
            .. RawFrames.Of(2, RawFrames.Produce("t", 0, first)),
        ]));
        var answers = new[] { await client.ReceiveAsync(), await client.ReceiveAsync() }
            .OrderBy(reply => reply!.Id).Select(reply => reply!.Body<ProduceResponse>());
        Assert.Equal([new ProduceResponse(0, false), new ProduceResponse(0, true)], answers);

        Assert.Equal(new ProduceResponse(0, true), await client.ProduceAsync("t", 0, first));
        Assert.Equal(new ProduceResponse(2, false), await client.ProduceAsync("t", 0, RawFrames.Batch(id, 0, 2, "c")));
        Assert.Equal(new ProduceResponse(0, true), await client.ProduceAsync("t", 0, first));
        Assert.Equal(["a", "b", "c"], await client.ReadAllAsync("t", 0));
    }

    [Theory]
    [InlineData(Acks.None)]
    [InlineData(Acks.Leader)]
    public async Task Batch_AcknowledgedEarly_StandsOnceToo(Acks acks)
    {
        await using var cluster = await StartAsync();
        await using var client = await cluster.OpenLeaderAsync("t", 0, Cancelled);
        var id = await InitAsync(client);
        var batch = RawFrames.Batch(id, 0, 0, "a");
        var reply = await client.TryAskAsync(RawFrames.Produce("t", 0, batch, acks));
        Assert.Equal(acks == Acks.None ? -1 : 0, reply.Body<ProduceResponse>().BaseOffset);
        Assert.Equal(new ProduceResponse(0, true), await ProduceAsync(client, batch));
        Assert.Equal(["a"], await client.ReadAllAsync("t", 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Batch_SentAgainToTheNextLeader_StandsOnce(bool abruptly)
    {
        await using var cluster = await StartAsync();
        var leader = await cluster.LeaderOfAsync("t", 0, Cancelled);
        byte[][] batches;
        await using (var client = await RawClient.OpenAsync(leader.ClientEndPoint, Cancelled))
        {
            var id = await InitAsync(client);
            batches = [.. Enumerable.Range(0, 5).Select(i => RawFrames.Batch(id, 0, i, $"{i}"))];
            foreach (var batch in batches)
            {
                await client.ProduceAsync("t", 0, batch);
            }
        }

        await cluster.StopBrokerAsync(leader.Options.BrokerId, abruptly);
        await AssertDuplicatesAsync(cluster, batches);
    }

    [Fact]
    public async Task Batch_SentAgainAfterARestartOfAll_StandsOnce()
    {
        await using var cluster = await StartAsync();
        byte[][] batches;
        await using (var client = await cluster.OpenLeaderAsync("t", 0, Cancelled))
        {
            var id = await InitAsync(client);
            batches = [.. Enumerable.Range(0, 5).Select(i => RawFrames.Batch(id, 0, i, $"{i}"))];
            foreach (var batch in batches)
            {
                await client.ProduceAsync("t", 0, batch);
            }
        }

        foreach (var id in cluster.Ids)
        {
            await cluster.StopBrokerAsync(id, abruptly: true);
        }

        foreach (var id in cluster.Ids)
        {
            await cluster.StartBrokerAsync(id, Cancelled);
        }

        await AssertDuplicatesAsync(cluster, batches);
    }

    [Fact]
    public async Task Sequence_ThatSkips_OrWasNeverBegun_IsRefused()
    {
        await using var cluster = await StartAsync(brokers: 1);
        await using var client = await cluster.OpenLeaderAsync("t", 0, Cancelled);
        var (id, other) = (await InitAsync(client), await InitAsync(client));
        Assert.NotEqual(id, other);
        await client.ProduceAsync("t", 0, RawFrames.Batch(id, 0, 0, "a"));
        await AssertRefusedAsync(client, RawFrames.Batch(id, 0, 2, "x"), ErrorCode.OutOfOrderSequence);
        await AssertRefusedAsync(client, RawFrames.Batch(other, 0, 1, "x"), ErrorCode.UnknownProducer);
        await AssertRefusedAsync(client, RawFrames.Batch(id, 1, 1, "x"), ErrorCode.OutOfOrderSequence);
        await client.ProduceAsync("t", 0, RawFrames.Batch(id, 1, 0, "b"));
        await AssertRefusedAsync(client, RawFrames.Batch(id, 0, 1, "x"), ErrorCode.ProducerFenced);
        Assert.Equal(["a", "b"], await client.ReadAllAsync("t", 0));
    }

    [Fact]
    public async Task Batches_FiveInFlight_AreAppendedInTheirOrder()
    {
        await using var cluster = await StartAsync();
        await using var client = await cluster.OpenLeaderAsync("t", 0, Cancelled);
        var id = await InitAsync(client);
        for (var round = 0; round < 20; round++)
        {
            var first = 5 * round;
            await client.SendAsync(new ReadOnlyMemory<byte>([.. Enumerable.Range(first, 5).SelectMany(i =>
                RawFrames.Of((uint)i, RawFrames.Produce("t", 0, RawFrames.Batch(id, 0, i, $"{i}"))))]));
            for (var i = 0; i < 5; i++)
            {
                var reply = await client.ReceiveAsync();
                Assert.Equal(new ProduceResponse(reply!.Id, false), reply.Body<ProduceResponse>());
            }
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), await client.ReadAllAsync("t", 0));
    }

    private static async Task<TestCluster> StartAsync(int brokers = 3)
    {
        var cluster = await TestCluster.StartAsync(brokers, Cancelled);
        await cluster.CreateTopicAsync("t", partitions: 1, replicas: brokers, Cancelled);
        return cluster;
    }

    private static async Task<long> InitAsync(RawClient client) =>
        (await client.AskAsync<InitProducerRequest, InitProducerResponse>(new("raw"))).ProducerId;

    private static async Task AssertRefusedAsync(RawClient client, byte[] batch, ErrorCode expected) =>
        Assert.Equal(expected, (await client.TryAskAsync(RawFrames.Produce("t", 0, batch))).Error);

    /// <summary>Every batch, sent again to whoever leads now, is known with its offset; the next one goes on.</summary>
    private static async Task AssertDuplicatesAsync(TestCluster cluster, byte[][] batches)
    {
        await using var client = await cluster.OpenLeaderAsync("t", 0, Cancelled);
        for (var i = 0; i < batches.Length; i++)
        {
            Assert.Equal(new ProduceResponse(i, true), await ProduceAsync(client, batches[i]));
        }

        Assert.Equal(Enumerable.Range(0, batches.Length).Select(i => $"{i}"), await client.ReadAllAsync("t", 0));
    }

    /// <summary>Produces; what is transient is tried again.</summary>
    private static async Task<ProduceResponse> ProduceAsync(RawClient client, byte[] batch)
    {
        while (true)
        {
            var reply = await client.TryAskAsync(RawFrames.Produce("t", 0, batch));
            if (reply.Error == ErrorCode.None || !ErrorCodes.IsTransient(reply.Error))
            {
                return reply.Body<ProduceResponse>();
            }
        }
    }
}
