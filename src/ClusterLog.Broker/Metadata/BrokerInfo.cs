using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>A broker as the cluster knows it.</summary>
/// <param name="BrokerId">At least 1.</param>
/// <param name="ClientHost">The host that clients connect to.</param>
/// <param name="ClientPort">The port that clients connect to.</param>
/// <param name="PeerAddress">Where it accepts peers, as <c>host:port</c>.</param>
/// <param name="HttpAddress">Where it serves health and metrics, as <c>host:port</c>; empty if nowhere.</param>
/// <param name="Version">The version of its program.</param>
/// <param name="DirectoryId">The id of its data directory; another after the disk was replaced.</param>
internal sealed record BrokerInfo(
    int BrokerId, string ClientHost, int ClientPort, string PeerAddress, string HttpAddress, string Version, long DirectoryId)
{
    /// <summary>
    /// The metadata entry that first named this data directory. Replicas placed on the broker before it were in an
    /// earlier directory: what they knew is lost, and this one must not speak in their name.
    /// </summary>
    public LogIndex DirectorySince { get; init; }

    /// <summary>What it is for; set by an operator, and kept when it registers again.</summary>
    public BrokerState State { get; init; }

    /// <summary>Which brokers are lost together, such as a rack or a zone, by its own setting; empty where that says nothing.</summary>
    public string Rack { get; init; } = string.Empty;
}
