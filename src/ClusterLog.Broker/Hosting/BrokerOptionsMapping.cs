using System.Net;
using ClusterLog.Broker.Compaction.Keys;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Peers;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Hosting;

/// <summary>What each part of a broker takes from the broker's options.</summary>
internal static class BrokerOptionsMapping
{
    public static DirectoryIdentity ToDirectoryIdentity(this BrokerOptions options, long newDirectoryId) => new(
        options.ClusterName,
        string.Join(',', options.Cluster.OrderBy(member => member.BrokerId)),
        options.BrokerId,
        newDirectoryId);

    public static PeerOptions ToPeerOptions(this BrokerOptions options, ulong incarnation) => new()
    {
        BrokerId = options.BrokerId,
        ClusterName = options.ClusterName,
        Cluster = options.Cluster,
        Incarnation = incarnation,
        PeerFrameBytesMax = options.Limits.PeerFrameBytesMax,
        OutboundBytesMax = options.Limits.PeerOutboundBytesMax,
    };

    public static KeyIndexOptions ToKeyIndexOptions(this BrokerOptions options) => new()
    {
        Folder = Path.Combine(options.DataDirectory, "keys"),
        MemoryBytes = options.Compaction.IndexMemoryBytes,
        CheckpointInterval = options.Compaction.IndexCheckpointInterval,
        MinFreeBytes = options.Storage.MinFreeBytes,
    };

    public static MetadataOptions ToMetadataOptions(this BrokerOptions options) => new()
    {
        BrokerCount = options.Cluster.Count,
        TopicsMax = options.Topics.TopicsMax,
        PartitionsPerTopicMax = options.Topics.PartitionsPerTopicMax,
        PartitionsDefault = options.Topics.PartitionsDefault,
        ReplicasDefault = options.Topics.ReplicasDefault,
    };

    /// <summary>How this broker makes itself known; ports that were left to the system are by now those really bound.</summary>
    public static BrokerInfo ToBrokerInfo(
        this BrokerOptions options, IPEndPoint client, IPEndPoint http, long directoryId)
    {
        var advertised = options.ClientAdvertised ?? options.ClientListen with { Port = client.Port };
        var peer = options.Cluster.First(member => member.BrokerId == options.BrokerId);
        return new BrokerInfo(
            options.BrokerId,
            advertised.Host,
            advertised.Port,
            new ListenAddress(peer.Host, peer.Port).ToString(),
            (options.HttpListen with { Port = http.Port }).ToString(),
            BrokerVersion.Text,
            directoryId);
    }
}
