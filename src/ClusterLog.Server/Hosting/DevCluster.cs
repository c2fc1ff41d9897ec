using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Peers;

namespace ClusterLog.Server.Hosting;

/// <summary>The three brokers of `dev`: where they listen, and how they are kept small for one machine.</summary>
internal static class DevCluster
{
    public const int PortBaseDefault = 9400;

    /// <summary>The last port base whose third broker's HTTP port still is one.</summary>
    public const int PortBaseMax = ushort.MaxValue - ((Brokers - 1) * PortsApart) - 2;

    private const int Brokers = 3;
    private const int PortsApart = 10;
    private const string Host = "127.0.0.1";

    public static IReadOnlyList<BrokerOptions> Create(int portBase, string dataDirectory)
    {
        var members = Enumerable.Range(1, Brokers)
            .Select(id => new PeerAddress(id, Host, portBase + ((id - 1) * PortsApart) + 1))
            .ToList();
        return [.. members.Select(member => Create(member, members, dataDirectory))];
    }

    /// <summary>What is said once every group has a leader.</summary>
    public static string Welcome(IReadOnlyList<BrokerOptions> brokers)
    {
        var clients = string.Join(",", brokers.Select(broker => broker.ClientListen));
        var data = Path.GetDirectoryName(brokers[0].DataDirectory);
        var isDefault = brokers[0].ClientListen.Port == PortBaseDefault;
        var bootstrap = isDefault ? "" : $" --bootstrap {brokers[0].ClientListen}";
        return $"ClusterLog is ready: 3 brokers at {clients}, data in {data}. "
            + $"Try: clusterlog topic create hello{bootstrap} (Ctrl-C stops the brokers)";
    }

    private static BrokerOptions Create(PeerAddress member, List<PeerAddress> members, string dataDirectory) => new()
    {
        BrokerId = member.BrokerId,
        ClusterName = "dev",
        Cluster = members,
        ClientListen = new ListenAddress(Host, member.Port - 1),
        PeerListen = member.ToListenAddress(),
        HttpListen = new ListenAddress(Host, member.Port + 1),
        DataDirectory = Path.Combine(dataDirectory, $"broker-{member.BrokerId}"),
        Shards = Math.Clamp(Environment.ProcessorCount / Brokers, 1, 4),
        Storage = { TailBytesMax = 64L << 20, WalFileBytes = 32L << 20, WalSpareFilesMax = 1 },
    };
}
