using System.Collections.Concurrent;
using System.Net;
using ClusterLog.Broker.Peers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ClusterLog.Broker.Tests.Peers;

/// <summary>A mesh with a listener of its own on an ephemeral port of 127.0.0.1.</summary>
internal sealed class MeshNode : IAsyncDisposable
{
    private readonly IConnectionListener _listener;
    private readonly ConcurrentDictionary<ConnectionContext, Task> _served = [];
    private Task _accepting = Task.CompletedTask;

    private MeshNode(IConnectionListener listener) => _listener = listener;

    public int Port => ((IPEndPoint)_listener.EndPoint).Port;

    public RecordingEvents Events { get; } = new();

    public PeerMesh Mesh { get; private set; } = null!;

    /// <summary>The connections that peers have opened to this node.</summary>
    public IEnumerable<ConnectionContext> Accepted => _served.Keys;

    public static async Task<MeshNode> ListenAsync()
    {
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        return new MeshNode(await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0)));
    }

    /// <summary>Nodes of one cluster, all started; options may be changed by id.</summary>
    public static async Task<MeshNode[]> StartClusterAsync(
        int count, Func<PeerOptions, PeerOptions>? change = null, TimeProvider? time = null)
    {
        var nodes = new MeshNode[count];
        for (var i = 0; i < count; i++)
        {
            nodes[i] = await ListenAsync();
        }

        var cluster = nodes.Select((node, i) => new PeerAddress(i + 1, "127.0.0.1", node.Port)).ToArray();
        for (var i = 0; i < count; i++)
        {
            var options = OptionsOf(i + 1, cluster);
            nodes[i].Start(change?.Invoke(options) ?? options, time);
        }

        return nodes;
    }

    public static PeerOptions OptionsOf(int id, IReadOnlyList<PeerAddress> cluster) => new()
    {
        BrokerId = id,
        ClusterName = "test",
        Cluster = cluster,
        Incarnation = (ulong)(1000 + id),
        ReconnectDelayMin = TimeSpan.FromMilliseconds(5),
        ReconnectDelayMax = TimeSpan.FromMilliseconds(20),

        // On a busy machine a test may stand still for seconds; what is about silence sets its own clock.
        SilenceMax = TimeSpan.FromSeconds(60),
        HandshakeTimeout = TimeSpan.FromSeconds(60),
    };

    public void Start(PeerOptions options, TimeProvider? time = null)
    {
        Mesh = new PeerMesh(
            options, Events, time ?? TimeProvider.System, new Random(options.BrokerId), NullLoggerFactory.Instance);
        _accepting = AcceptAsync();
        Mesh.Start();
    }

    public async Task UpAsync(params int[] peers)
    {
        var links = new List<string>();
        foreach (var _ in peers)
        {
            links.Add(await Events.NextLinkAsync());
        }

        Assert.Equal(peers.Select(peer => $"up {peer}").Order(), links.Order());
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.UnbindAsync();
        await _accepting;
        if (Mesh is not null)
        {
            await Mesh.DisposeAsync();
        }

        await Task.WhenAll(_served.Values);
        await _listener.DisposeAsync();
        Assert.Empty(Events.Faults);
        Assert.Empty(Events.Up);
    }

    private async Task AcceptAsync()
    {
        while (await _listener.AcceptAsync() is { } connection)
        {
            var start = new TaskCompletionSource();
            _served[connection] = ServeAsync(connection, start.Task);
            start.SetResult();
        }
    }

    private async Task ServeAsync(ConnectionContext connection, Task start)
    {
        await start;
        await Mesh.AcceptAsync(connection);
        await connection.DisposeAsync();
        _served.TryRemove(connection, out _);
    }
}
