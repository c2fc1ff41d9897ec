using System.Net;
using System.Net.Sockets;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Peers;
using ClusterLog.Client;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Payloads;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>Real brokers in this process, on free ports of the loopback address, with data in a temporary folder.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly Dictionary<int, BrokerHost> _running = [];
    private readonly Dictionary<int, BrokerOptions> _options = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clusterlog-test-");

    private readonly Func<IStorageDisk, IStorageDisk>? _diskLayer;
    private readonly int _payloadBlockBytes;

    private TestCluster(
        int brokers, Action<BrokerOptions>? configure, Func<IStorageDisk, IStorageDisk>? diskLayer, int payloadBlockBytes)
    {
        (_diskLayer, _payloadBlockBytes) = (diskLayer, payloadBlockBytes);
        var ports = FreePorts(3 * brokers);
        PeerAddress[] members = [.. Enumerable.Range(1, brokers).Select(id => new PeerAddress(id, "127.0.0.1", ports[(3 * id) - 2]))];
        foreach (var member in members)
        {
            var options = new BrokerOptions
            {
                BrokerId = member.BrokerId,
                Cluster = members,
                ClientListen = new ListenAddress("127.0.0.1", ports[(3 * member.BrokerId) - 3]),
                PeerListen = new ListenAddress("127.0.0.1", member.Port),
                HttpListen = new ListenAddress("127.0.0.1", ports[(3 * member.BrokerId) - 1]),
                DataDirectory = Path.Combine(_folder.FullName, $"broker-{member.BrokerId}"),
                Shards = 2,
            };
            options.Raft.TickInterval = TimeSpan.FromMilliseconds(50);
            options.Storage.WalFileBytes = 16 << 20;
            configure?.Invoke(options);
            _options.Add(member.BrokerId, options);
        }
    }

    public IReadOnlyCollection<int> Ids => _options.Keys;

    public IReadOnlyCollection<BrokerHost> Running => _running.Values;

    public BrokerHost this[int id] => _running[id];

    /// <summary>The memory of each running broker's payloads: small blocks, overwritten when they come back.</summary>
    public Dictionary<int, PayloadMemory> Payloads { get; } = [];

    public static async Task<TestCluster> StartAsync(
        int brokers,
        CancellationToken cancellationToken,
        Action<BrokerOptions>? configure = null,
        Func<IStorageDisk, IStorageDisk>? diskLayer = null,
        int payloadBlockBytes = 256 << 10)
    {
        var cluster = new TestCluster(brokers, configure, diskLayer, payloadBlockBytes);
        foreach (var id in cluster.Ids)
        {
            await cluster.StartBrokerAsync(id, cancellationToken);
        }

        await cluster.WaitUntilReadyAsync(cancellationToken);
        return cluster;
    }

    public BrokerOptions OptionsOf(int id) => _options[id];

    public async Task StartBrokerAsync(int id, CancellationToken cancellationToken)
    {
        var payloads = Payloads[id] = new PayloadMemory(256L << 20, 16L << 20, _payloadBlockBytes, poisons: true);
        _running.Add(
            id,
            await BrokerHost.StartAsync(
                _options[id], NullLoggerFactory.Instance, TimeProvider.System, cancellationToken, _diskLayer, payloads));
    }

    /// <summary>Stops a broker gracefully, or, with <paramref name="abruptly"/>, without handing anything over.</summary>
    public async Task StopBrokerAsync(int id, bool abruptly = false)
    {
        _running.Remove(id, out var broker);
        await broker!.StopAsync(new CancellationToken(abruptly));
        await broker.DisposeAsync();
    }

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_running.Values.Select(broker => broker.WaitUntilReadyAsync(cancellationToken)));

    /// <summary>A client that knows every broker's address.</summary>
    public ClusterLogClient CreateClient(TimeSpan? requestTimeout = null) => new(new ClusterLogClientOptions
    {
        RequestTimeout = requestTimeout ?? TimeSpan.FromSeconds(30),
        Bootstrap = [.. _options.Values.Select(options => options.ClientListen.ToString())],
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in _running.Values)
        {
            await broker.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Stop();
        }

        return ports;
    }
}
