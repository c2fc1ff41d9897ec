using System.Net;
using System.Net.Sockets;

namespace ClusterLog.Client.Tests.Support;

/// <summary>One broker of a <see cref="FakeCluster"/>: its listener and its connections.</summary>
internal sealed class FakeBroker : IAsyncDisposable
{
    private readonly FakeCluster _cluster;
    private readonly List<FakeConnection> _connections = [];
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;

    public FakeBroker(FakeCluster cluster, int id)
    {
        _cluster = cluster;
        Id = id;
        Start();
    }

    public int Id { get; }

    public int Port { get; private set; }

    public int ConnectionCount
    {
        get
        {
            lock (_connections)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>Listens, after a stop on the same port as before.</summary>
    public void Start()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Breaks all connections, as a crash does, and listens no more.</summary>
    public async Task StopAsync()
    {
        _listener?.Dispose();
        _listener = null;
        await _accepting;
        await DropConnectionsAsync();
    }

    public async Task DropConnectionsAsync()
    {
        FakeConnection[] connections;
        lock (_connections)
        {
            connections = [.. _connections];
            _connections.Clear();
        }

        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync();
                socket.NoDelay = true;
                lock (_connections)
                {
                    _connections.Add(new FakeConnection(_cluster, this, socket));
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }
}
