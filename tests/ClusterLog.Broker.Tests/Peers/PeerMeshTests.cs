using ClusterLog.Broker.Peers;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Peers;

public sealed class PeerMeshTests : IAsyncLifetime
{
    private readonly List<MeshNode> _nodes = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Send_EveryKindOfMessageBothWays_ArrivesAsItWasSent()
    {
        var nodes = await StartAsync(2);
        foreach (var message in PeerSamples.Messages)
        {
            nodes[0].Mesh.Send(new(2), PeerSamples.Group, message);
            nodes[0].Mesh.Flush();
            var (group, received) = await nodes[1].Events.NextMessageAsync();
            Assert.Equal(PeerSamples.Group, group);
            PeerSamples.AssertSame(message, received);

            nodes[1].Mesh.Send(new(1), PeerSamples.Group, message);
            nodes[1].Mesh.Flush();
            (_, received) = await nodes[0].Events.NextMessageAsync();
            PeerSamples.AssertSame(message with { From = new(2), To = new(1, message.To.Incarnation) }, received);
        }
    }

    [Fact]
    public async Task Send_ThreeBrokersAndMuchDataAtOnce_ArrivesInOrder()
    {
        var nodes = await StartAsync(3);
        var random = new Random(5);
        var sent = Enumerable.Range(0, 24).Select(_ => PeerSamples.RandomAppend(random, 8, 128 * 1024)).ToArray();
        foreach (var message in sent)
        {
            foreach (var node in nodes)
            {
                for (var to = 1; to <= 3; to++)
                {
                    node.Mesh.Send(new(to), PeerSamples.Group, message);
                }

                node.Mesh.Flush();
            }
        }

        foreach (var node in nodes)
        {
            var next = new Dictionary<int, int>();
            for (var i = 0; i < sent.Length * 2; i++)
            {
                var (_, received) = await node.Events.NextMessageAsync();
                var from = received.From.Value;
                var position = next.GetValueOrDefault(from);
                next[from] = position + 1;
                PeerSamples.AssertSame(sent[position] with { From = received.From, To = received.To }, received);
            }

            // To itself, which nobody does, is a message to a broker that is not connected.
            Assert.Equal(sent.Length, node.Mesh.Counters.DroppedNotConnected);
        }
    }

    [Fact]
    public async Task Flush_ManyHeartbeats_LeaveInFewWrites()
    {
        var nodes = await StartAsync(2);
        var before = nodes[0].Mesh.Counters.Flushes;
        for (var group = 0; group < 2000; group++)
        {
            nodes[0].Mesh.Send(new(2), new((ulong)group), new HeartbeatRequest(new(1), new(2), new(1), new(9)));
        }

        nodes[0].Mesh.Flush();
        for (var group = 0; group < 2000; group++)
        {
            Assert.Equal(new GroupId((ulong)group), (await nodes[1].Events.NextMessageAsync()).Group);
        }

        // One for the heartbeats; the watch may have let some of them go before, and sent a ping.
        Assert.InRange(nodes[0].Mesh.Counters.Flushes - before, 1, 5);
        Assert.True(nodes[0].Mesh.Counters.FramesSent >= 2000);
    }

    [Fact]
    public async Task Connection_Broken_IsReportedOnBothSidesAndMadeAnew()
    {
        var nodes = await StartAsync(2);
        nodes[1].Accepted.Single().Abort();
        foreach (var (node, peer) in new[] { (nodes[0], 2), (nodes[1], 1) })
        {
            Assert.Equal($"down {peer}", await node.Events.NextLinkAsync());
            Assert.Equal($"up {peer}", await node.Events.NextLinkAsync());
            Assert.True(node.Mesh.IsConnected(new(peer)));
        }

        nodes[0].Mesh.Send(new(2), new(1), new HeartbeatResponse(new(1), new(2), new(3)));
        nodes[0].Mesh.Flush();
        Assert.Equal(new Term(3), (await nodes[1].Events.NextMessageAsync()).Message.Term);
        Assert.Equal((2, 1), (nodes[0].Mesh.Counters.Connects, nodes[0].Mesh.Counters.Disconnects));
    }

    [Fact]
    public async Task Dispose_OneSide_IsHeardByTheOtherAndStatusSaysSo()
    {
        var nodes = await StartAsync(2);
        Assert.All(nodes[0].Mesh.Status, status => Assert.True(status.IsConnected));
        await nodes[1].Mesh.DisposeAsync();
        Assert.Equal("down 2", await nodes[0].Events.NextLinkAsync());
        Assert.False(nodes[0].Mesh.IsConnected(new(2)));
        Assert.NotNull(Assert.Single(nodes[0].Mesh.Status).LastFailure);
        await nodes[1].Mesh.DisposeAsync();
    }

    [Fact]
    public async Task Announce_AndSendLeaders_ReachThePeers()
    {
        var nodes = await StartAsync(3);
        var leader = new LeaderAnnouncement(new(7), new(8), new(1));
        nodes[0].Mesh.Announce([leader]);
        foreach (var node in nodes[1..])
        {
            var (peer, leaders) = await node.Events.NextLeadersAsync();
            Assert.Equal((new ReplicaId(1), leader), (peer, Assert.Single(leaders)));
        }

        var many = Enumerable.Range(1, 10_000).Select(i => new LeaderAnnouncement(new((ulong)i), new(1), new(3))).ToArray();
        nodes[2].Mesh.SendLeaders(new(1), many);
        var received = new List<LeaderAnnouncement>();
        while (received.Count < many.Length)
        {
            received.AddRange((await nodes[0].Events.NextLeadersAsync()).Leaders);
        }

        Assert.Equal(many, received);
        nodes[2].Mesh.SendLeaders(new(9), many);
    }

    [Fact]
    public async Task Request_ManyAtOnce_EachGetsItsOwnAnswer()
    {
        var nodes = await StartAsync(2);
        var gates = Enumerable.Range(0, 50).Select(_ => new TaskCompletionSource()).ToArray();
        nodes[1].Events.Answer = async (peer, request, _) =>
        {
            Assert.Equal(1, peer.Value);
            await gates[request.Span[0]].Task;
            return new byte[] { request.Span[0], 0xff };
        };
        var requests = gates.Select((_, i) => RequestAsync(nodes[0], [(byte)i])).ToArray();
        foreach (var (gate, request) in gates.Zip(requests).Reverse())
        {
            Assert.False(request.IsCompleted);
            gate.SetResult();
            await request;
        }

        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Equal([(byte)i, 0xff], (await requests[i]).ToArray());
        }
    }

    [Fact]
    public async Task Request_ThatCannotBeAnswered_SaysWhy()
    {
        var nodes = await StartAsync(2);
        var error = await Assert.ThrowsAsync<PeerUnavailableException>(() => RequestAsync(nodes[0], [1]));
        Assert.Contains("no answers here", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<PeerUnavailableException>(
            () => nodes[0].Mesh.RequestAsync(new(9), default, TimeSpan.FromSeconds(60), Token));
        Assert.False(error.OutcomeUnknown);
        var hanging = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        nodes[1].Events.Answer = (_, _, token) => new(hanging.Task.WaitAsync(token));
        error = await Assert.ThrowsAsync<PeerUnavailableException>(
            () => nodes[0].Mesh.RequestAsync(new(2), new byte[1], TimeSpan.FromMilliseconds(20), Token));
        Assert.True(error.OutcomeUnknown);
        Assert.Contains("20 ms", error.Message, StringComparison.Ordinal);
        var lost = RequestAsync(nodes[0], [1]);
        nodes[1].Accepted.Single().Abort();
        error = await Assert.ThrowsAsync<PeerUnavailableException>(() => lost);
        Assert.True(error.OutcomeUnknown);
        Assert.Contains("lost", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_BeyondTheMost_FailsAtOnce()
    {
        var nodes = await StartAsync(2, options => options with { RequestsInFlightMax = 2 });
        var hanging = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        nodes[1].Events.Answer = (_, _, _) => new(hanging.Task);
        var first = RequestAsync(nodes[0], [1]);
        var second = RequestAsync(nodes[0], [2]);
        var error = await Assert.ThrowsAsync<PeerUnavailableException>(() => RequestAsync(nodes[0], [3]));
        Assert.False(error.OutcomeUnknown);
        hanging.SetResult(new byte[] { 4 });
        Assert.Equal((1, 1), ((await first).Length, (await second).Length));
    }

    [Fact]
    public async Task Handler_ThatThrows_EndsTheConnectionAndTheMeshGoesOn()
    {
        var nodes = await StartAsync(2);
        nodes[1].Events.Intercept = (_, message) =>
        {
            if (message.Term == new Term(13))
            {
                throw new InvalidOperationException("thirteen");
            }
        };
        nodes[0].Mesh.Send(new(2), new(1), new HeartbeatResponse(new(1), new(2), new(13)));
        nodes[0].Mesh.Flush();
        Assert.Equal("down 1", await nodes[1].Events.NextLinkAsync());
        Assert.Equal("up 1", await nodes[1].Events.NextLinkAsync());
        Assert.Equal("down 2", await nodes[0].Events.NextLinkAsync());
        Assert.Equal("up 2", await nodes[0].Events.NextLinkAsync());
        nodes[0].Mesh.Send(new(2), new(1), new HeartbeatResponse(new(1), new(2), new(14)));
        nodes[0].Mesh.Flush();
        Assert.Equal(new Term(14), (await nodes[1].Events.NextMessageAsync()).Message.Term);
    }

    private static Task<ReadOnlyMemory<byte>> RequestAsync(MeshNode node, byte[] body) =>
        node.Mesh.RequestAsync(new(2), body, TimeSpan.FromSeconds(60), Token);

    private async Task<MeshNode[]> StartAsync(int count, Func<PeerOptions, PeerOptions>? change = null)
    {
        var nodes = await MeshNode.StartClusterAsync(count, change);
        _nodes.AddRange(nodes);
        for (var id = 1; id <= count; id++)
        {
            await nodes[id - 1].UpAsync([.. Enumerable.Range(1, count).Where(peer => peer != id)]);
        }

        return nodes;
    }
}
