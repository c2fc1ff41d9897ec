using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Moves;
using ClusterLog.Broker.Peers;

namespace ClusterLog.Broker.Hosting;

/// <summary>
/// Everything that an operator sets for one broker. Each option says its unit, default and bounds, and whether it is
/// the cluster's (the same on every broker) or the node's. Checked whole by <see cref="BrokerOptionsValidator"/>;
/// not changed after the broker has started.
/// </summary>
internal sealed class BrokerOptions
{
    /// <summary>The node's id, 1 to 65,535; no default: it must be a member of <see cref="Cluster"/>.</summary>
    public int BrokerId { get; set; }

    /// <summary>
    /// The cluster's name, 1 to 64 of A-Z a-z 0-9 . _ -; default "clusterlog". Brokers of other names are refused, and
    /// a data directory keeps the name for ever.
    /// </summary>
    public string ClusterName { get; set; } = "clusterlog";

    /// <summary>The cluster's first members, this broker among them; no default; 1 to 63 of them.</summary>
    public IReadOnlyList<PeerAddress> Cluster { get; set; } = [];

    /// <summary>Where the node listens for clients; default 127.0.0.1:9400, which no other machine reaches.</summary>
    public ListenAddress ClientListen { get; set; } = new("127.0.0.1", 9400);

    /// <summary>Where the node listens for other brokers; default 127.0.0.1:9401.</summary>
    public ListenAddress PeerListen { get; set; } = new("127.0.0.1", 9401);

    /// <summary>Where the node serves health and metrics over HTTP; default 127.0.0.1:9402.</summary>
    public ListenAddress HttpListen { get; set; } = new("127.0.0.1", 9402);

    /// <summary>
    /// Where clients are told to reach this node; default: <see cref="ClientListen"/>. Needed when that binds every
    /// interface, and behind a proxy or NAT.
    /// </summary>
    public ListenAddress? ClientAdvertised { get; set; }

    /// <summary>
    /// What the node shares its fate with, such as a rack or a zone: up to 512 characters; default "", which says nothing.
    /// Replicas are spread over different ones.
    /// </summary>
    public string Rack { get; set; } = string.Empty;

    /// <summary>
    /// The node's data directory, made if absent, or several, separated by commas, one for each disk; default "./data". They
    /// belong to one broker of one cluster. None may be another, or in another.
    /// </summary>
    public string DataDirectory { get; set; } = "./data";

    /// <summary>The same, one by one.</summary>
    public IReadOnlyList<string> DataDirectories =>
        DataDirectory.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The node's single-threaded loops over groups, 1 to 64; default: as many as cores, at most 4.</summary>
    public int Shards { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>
    /// How long a graceful stop may take to hand leadership over and drain, 0 s to 10 min; default 30 s; the node's.
    /// After it the broker closes what is left: nothing acknowledged depends on it.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public LimitOptions Limits { get; } = new();

    public TopicOptions Topics { get; } = new();

    public RaftTimingOptions Raft { get; } = new();

    public StorageSettings Storage { get; } = new();

    public CompactionOptions Compaction { get; } = new();

    public ReplicationOptions Replication { get; } = new();
}
