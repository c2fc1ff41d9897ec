using System.Net;
using System.Net.Sockets;
using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Peers;
using ClusterLog.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.IdleGroups;

/// <summary>Brokers in this process with the product's defaults, on free ports of the loopback address.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly SortedDictionary<int, BrokerHost> _running = [];
    private readonly Dictionary<int, BrokerOptions> _options = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clusterlog-idle-groups-");

    public LocalCluster(int brokers)
    {
        var ports = FreePorts(3 * brokers);
        PeerAddress[] members =
            [.. Enumerable.Range(1, brokers).Select(id => new PeerAddress(id, "127.0.0.1", ports[(3 * id) - 1]))];
        foreach (var member in members)
        {
            _options.Add(member.BrokerId, new BrokerOptions
            {
                BrokerId = member.BrokerId,
                Cluster = members,
                ClientListen = new ListenAddress("127.0.0.1", ports[(3 * member.BrokerId) - 3]),
                HttpListen = new ListenAddress("127.0.0.1", ports[(3 * member.BrokerId) - 2]),
                PeerListen = new ListenAddress("127.0.0.1", member.Port),
                DataDirectory = Path.Combine(_folder.FullName, $"broker-{member.BrokerId}"),
            });
        }
    }

    public IReadOnlyCollection<int> Ids => _options.Keys;

    public IReadOnlyCollection<BrokerHost> Running => _running.Values;

    public async Task StartAsync(int id, CancellationToken cancellationToken) =>
        _running.Add(
            id,
            await BrokerHost.StartAsync(_options[id], NullLoggerFactory.Instance, TimeProvider.System, cancellationToken));

    /// <summary>Stops a broker without handing its groups over, as a crash would.</summary>
    public async Task KillAsync(int id)
    {
        _running.Remove(id, out var broker);
        await broker!.DisposeAsync();
    }

    public ClusterLogClient CreateClient(TimeSpan timeout) => new(new ClusterLogClientOptions
    {
        RequestTimeout = timeout,
        Bootstrap = [.. _options.Values.Select(static options => options.ClientListen.ToString())],
    });

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_running.Values.Select(static broker => broker.DisposeAsync().AsTask()));
        _folder.Delete(recursive: true);
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Stop();
        }

        return ports;
    }
}
