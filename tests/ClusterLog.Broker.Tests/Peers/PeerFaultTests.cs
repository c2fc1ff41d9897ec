using System.Net;
using ClusterLog.Broker.Peers;
using ClusterLog.Raft;
using ClusterLog.Testing;

namespace ClusterLog.Broker.Tests.Peers;

/// <summary>A mesh against peers that are strangers, silent, slow, broken or dead.</summary>
public sealed class PeerFaultTests : IAsyncLifetime
{
    private readonly List<MeshNode> _nodes = [];

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    public static TheoryData<int, string, string, int, string> Strangers => new()
    {
        { 2, "other", "1,2,3", 1, "cluster 'other'" },
        { 2, "test", "1,2", 1, "brokers 1,2" },
        { 2, "test", "1,2,3", 2, "two brokers have the id 2" },
        { 2, "test", "1,2,3", 3, "dials broker 3" },
        { 2, "test", "1,2,3", 9, "broker 9" },
        { 1, "test", "1,2,3", 1, "version 1" },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Accept_Stranger_IsRefusedInWordsOnBothSides(
        int version, string cluster, string members, int id, string expected)
    {
        var node = await StartSecondOfThreeAsync();
        using var peer = RawPeer.Dial(node.Port);
        await peer.SendAsync(new PeerHello(version, cluster, members, id, 1));
        var refused = Assert.IsType<PeerRefused>(await peer.ReceiveAsync());
        Assert.Contains(expected, refused.Reason, StringComparison.Ordinal);
        Assert.Null(await peer.ReceiveAsync());
        await EventuallyAsync(() => node.Mesh.Counters.Refusals == 1);
        Assert.False(node.Mesh.IsConnected(new(id)));
    }

    [Theory]
    [InlineData("test", 3, "broker 3 answered")]
    [InlineData("other", 2, "cluster 'other'")]
    public async Task Dial_Stranger_IsRefusedInWordsOnBothSides(string cluster, int id, string expected)
    {
        using var listener = RawPeer.Listen();
        var node = await StartFirstOfTwoAsync(listener, members: 3);
        using var peer = await RawPeer.AcceptAsync(listener);
        Assert.IsType<PeerHello>(await peer.ReceiveAsync());
        await peer.SendAsync(new PeerHello(PeerHello.CurrentVersion, cluster, "1,2,3", id, 1));
        var refused = Assert.IsType<PeerRefused>(await peer.ReceiveAsync());
        Assert.Contains(expected, refused.Reason, StringComparison.Ordinal);
        await EventuallyAsync(() => node.Mesh.Status[0].LastFailure?.Contains(expected, StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Dial_BrokerThatRefuses_KeepsItsWords()
    {
        using var listener = RawPeer.Listen();
        var node = await StartFirstOfTwoAsync(listener);
        using var peer = await RawPeer.AcceptAsync(listener);
        await peer.ReceiveAsync();
        await peer.SendAsync(new PeerRefused("because of rain"));
        await EventuallyAsync(() => node.Mesh.Status[0].LastFailure?.Contains("because of rain", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("474554202f20485454502f312e310d0a")]
    [InlineData("00000000")]
    [InlineData("02000000" + "9102")]
    [InlineData("0100000093")]
    [InlineData("")]
    public async Task Accept_SomethingElseThanAHello_IsClosed(string hex)
    {
        var node = await StartSecondOfThreeAsync();
        using (var peer = RawPeer.Dial(node.Port))
        {
            await peer.SendBytesAsync(Convert.FromHexString(hex));
            if (hex.Length > 0)
            {
                Assert.Null(await peer.ReceiveAsync());
            }
        }

        await EventuallyAsync(() => node.Mesh.Counters.Refusals == 1);
        using var good = await GreetAsync(node);
    }

    [Fact]
    public async Task Frame_ThatCannotBeRead_ClosesOnlyItsConnection()
    {
        var node = await StartSecondOfThreeAsync();
        foreach (var (hex, expected) in new[]
        {
            ("0200000091ff", "16 bits"),
            ("020000009163", "type 99"),
            ("0100000000", "too short"),
            ("ffffffff9102", "bytes that are accepted"),
            ("0500000094140105c0", "9 fields"),
            ("0b000000" + "960001a163a3312c320109", "a Hello"),
        })
        {
            using var peer = await GreetAsync(node);
            await peer.SendAsync(new HeartbeatResponse(default, default, new(4)));
            await node.Events.NextMessageAsync();
            await peer.SendBytesAsync(Convert.FromHexString(hex + (hex.StartsWith("01", StringComparison.Ordinal) ? "00" : "")));
            Assert.Equal("down 1", await node.Events.NextLinkAsync());
            await EventuallyAsync(() => node.Mesh.Status[0].LastFailure is not null);
            if (hex != "0200000091ff")
            {
                Assert.Contains(expected, node.Mesh.Status[0].LastFailure, StringComparison.Ordinal);
            }

            Assert.Null(await peer.ReceiveAsync());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Frame_RandomBytes_NeverStopTheMesh(int seed)
    {
        var node = await StartSecondOfThreeAsync();
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            using (var peer = await GreetAsync(node))
            {
                var bytes = Convert.FromHexString(PeerSamples.Golden[random.Next(PeerSamples.Golden.Length)].Hex);
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                await peer.SendBytesAsync(bytes);
            }

            Assert.Equal("down 1", await node.Events.NextLinkAsync());
        }
    }

    [Fact]
    public async Task Peer_Reset_IsDownAtOnceAndItsRequestsFail()
    {
        var node = await StartSecondOfThreeAsync();
        var peer = await GreetAsync(node);
        var request = node.Mesh.RequestAsync(
            new(1), new byte[3], TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        Assert.Equal(3, Assert.IsType<PeerRequest>(await peer.ReceiveAsync()).Body.Length);
        peer.Reset();
        Assert.Equal("down 1", await node.Events.NextLinkAsync());
        await Assert.ThrowsAsync<PeerUnavailableException>(() => request);
    }

    [Fact]
    public async Task Peer_Silent_IsPingedAndThenTakenForDead()
    {
        var time = new ManualTimeProvider();
        var node = await StartSecondOfThreeAsync(time, options => options with { SilenceMax = TimeSpan.FromSeconds(3) });
        using var peer = await GreetAsync(node);
        for (var i = 0; i < 4; i++)
        {
            // While it speaks, silence begins anew.
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.IsType<PeerPing>(await peer.ReceiveAsync());
            await peer.SendAsync(new HeartbeatResponse(default, default, new(1)));
            await node.Events.NextMessageAsync();
        }

        Assert.True(node.Mesh.IsConnected(new(1)));
        for (var i = 0; i < 14; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        await EventuallyAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            return !node.Mesh.IsConnected(new(1));
        });
        Assert.Equal("down 1", await node.Events.NextLinkAsync());
        await EventuallyAsync(() => node.Mesh.Status[0].LastFailure?.Contains("no byte came", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Send_ToAPeerThatDoesNotRead_DropsAndCountsBeyondTheBound()
    {
        const int Max = 4 << 20;
        var node = await StartSecondOfThreeAsync(change: options => options with { OutboundBytesMax = Max });
        using var peer = await GreetAsync(node);
        var message = PeerSamples.RandomAppend(new Random(1), 4, 100_000);
        for (var i = 0; i < 500 && node.Mesh.Counters.DroppedOutboundFull < 20; i++)
        {
            node.Mesh.Send(new(1), new(1), message);
            node.Mesh.Flush();
            Assert.True(node.Mesh.Status[0].OutboundBytes <= Max);
        }

        Assert.True(node.Mesh.Counters.DroppedOutboundFull >= 20);
        Assert.Equal(node.Mesh.Counters.DroppedOutboundFull, node.Mesh.Status[0].Counters.DroppedOutboundFull);
        Assert.True(node.Mesh.IsConnected(new(1)));

        // What was taken arrives whole and in order once the peer reads.
        PeerSamples.AssertSame(message with { From = default, To = new(0, message.To.Incarnation) }, await peer.ReceiveAsync());
    }

    [Fact]
    public async Task Send_MessageLargerThanAFrame_IsDroppedAndCounted()
    {
        var node = await StartSecondOfThreeAsync(change: options => options with { PeerFrameBytesMax = 100_000 });
        using var peer = await GreetAsync(node);
        var entry = new LogEntry(new(2), new(1), EntryKind.Command, 0, 0, 0, new byte[100_000]);
        node.Mesh.Send(new(1), new(1), new AppendRequest(new(2), new(1), new(1), new(1), new(1), default, [entry]));
        node.Mesh.Send(new(1), new(1), new HeartbeatResponse(new(2), new(1), new(5)));
        node.Mesh.Flush();
        Assert.IsType<HeartbeatResponse>(await peer.ReceiveAsync());
        Assert.Equal(1, node.Mesh.Counters.DroppedOutboundFull);
    }

    [Fact]
    public async Task SendLeaders_WithoutAnyRoom_EndsTheConnection()
    {
        var node = await StartSecondOfThreeAsync(
            change: options => options with { OutboundBytesMax = 200, ControlBytesMax = 1000 });
        using var peer = await GreetAsync(node);
        node.Mesh.SendLeaders(new(1), [.. Enumerable.Repeat(new LeaderAnnouncement(new(1), new(1), new(2)), 100)]);
        Assert.Equal("down 1", await node.Events.NextLinkAsync());
    }

    [Fact]
    public async Task Connect_SameProcessAgain_TakesThePlaceOfTheOldConnection()
    {
        var node = await StartSecondOfThreeAsync();
        using var old = await GreetAsync(node);
        using var anew = RawPeer.Dial(node.Port);
        await anew.SendAsync(HelloOfFirst(incarnation: 1));
        Assert.IsType<PeerHello>(await anew.ReceiveAsync());
        Assert.Equal("down 1", await node.Events.NextLinkAsync());
        Assert.Equal("up 1", await node.Events.NextLinkAsync());
        Assert.Null(await old.ReceiveAsync());
    }

    [Fact]
    public async Task Connect_OtherProcessWithTheSameId_IsRefusedWhileTheFirstLives()
    {
        var node = await StartSecondOfThreeAsync();
        using (var first = await GreetAsync(node))
        {
            using var second = RawPeer.Dial(node.Port);
            await second.SendAsync(HelloOfFirst(incarnation: 2));
            var refused = Assert.IsType<PeerRefused>(await second.ReceiveAsync());
            Assert.Contains("id 1 is connected already", refused.Reason, StringComparison.Ordinal);
            await first.SendAsync(new HeartbeatResponse(default, default, new(6)));
            Assert.Equal(new Term(6), (await node.Events.NextMessageAsync()).Message.Term);
        }

        Assert.Equal("down 1", await node.Events.NextLinkAsync());
        using var third = await GreetAsync(node, incarnation: 2);
    }

    [Fact]
    public async Task Response_NobodyWaitsFor_IsPassedOver()
    {
        var node = await StartSecondOfThreeAsync();
        using var peer = await GreetAsync(node);
        await peer.SendAsync(new PeerResponse(99, null, new byte[2]));
        var request = node.Mesh.RequestAsync(
            new(1), new byte[1], TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        var asked = Assert.IsType<PeerRequest>(await peer.ReceiveAsync());
        await peer.SendAsync(new PeerResponse(asked.CorrelationId + 1, null, new byte[2]));
        await peer.SendAsync(new PeerResponse(asked.CorrelationId, null, new byte[7]));
        await peer.SendAsync(new PeerResponse(asked.CorrelationId, null, new byte[8]));
        Assert.Equal(7, (await request).Length);
    }

    [Fact]
    public async Task Dial_NobodyListens_TriesAgainUntilSomebodyDoes()
    {
        using var listener = RawPeer.Listen();
        var node = await StartFirstOfTwoAsync(listener);
        for (var i = 0; i < 3; i++)
        {
            // Each is closed without a word.
            (await RawPeer.AcceptAsync(listener)).Dispose();
        }

        using var peer = await RawPeer.AcceptAsync(listener);
        Assert.Equal(1, Assert.IsType<PeerHello>(await peer.ReceiveAsync()).BrokerId);
        await peer.SendAsync(new PeerHello(PeerHello.CurrentVersion, "test", "1,2", 2, 1));
        await node.UpAsync(2);
    }

    private static PeerHello HelloOfFirst(ulong incarnation) => new(PeerHello.CurrentVersion, "test", "1,2,3", 1, incarnation);

    private static async Task<RawPeer> GreetAsync(MeshNode node, ulong incarnation = 1)
    {
        var peer = RawPeer.Dial(node.Port);
        await peer.SendAsync(HelloOfFirst(incarnation));
        Assert.Equal(2, Assert.IsType<PeerHello>(await peer.ReceiveAsync()).BrokerId);
        await node.UpAsync(1);
        return peer;
    }

    /// <summary>Waits for what follows soon from what has happened; a hang ends with the test's time.</summary>
    private static async Task EventuallyAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Broker 2 of three: broker 1 dials it, and broker 3, which it dials, is never there.</summary>
    private async Task<MeshNode> StartSecondOfThreeAsync(
        TimeProvider? time = null, Func<PeerOptions, PeerOptions>? change = null)
    {
        var node = await MeshNode.ListenAsync();
        var options = MeshNode.OptionsOf(2, [new(1, "127.0.0.1", 1), new(2, "127.0.0.1", node.Port), new(3, "127.0.0.1", 1)]);
        node.Start(change?.Invoke(options) ?? options, time);
        _nodes.Add(node);
        return node;
    }

    private async Task<MeshNode> StartFirstOfTwoAsync(System.Net.Sockets.Socket second, int members = 2)
    {
        var node = await MeshNode.ListenAsync();
        var port = ((IPEndPoint)second.LocalEndPoint!).Port;
        PeerAddress[] cluster = [new(1, "127.0.0.1", node.Port), new(2, "127.0.0.1", port), new(3, "127.0.0.1", 1)];
        node.Start(MeshNode.OptionsOf(1, cluster[..members]));
        _nodes.Add(node);
        return node;
    }
}
