using System.Net;
using ClusterLog.Broker.Compaction.Keys;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Peers;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Hosting;

/// <summary>What each part of a broker takes from the broker's options.</summary>
internal static class BrokerOptionsMapping
{
    /// <summary>Whose the data directories are.</summary>
    public static DirectoryIdentity ToDirectoryIdentity(this BrokerOptions options) => new(
        options.ClusterName,
        string.Join(',', options.Cluster.OrderBy(member => member.BrokerId)),
        options.BrokerId,
        DirectoryId: 0);

    /// <summary>
    /// Each data directory's options. What bounds the broker's memory, its open files, and what a loss of power may cost
    /// is split evenly: which of them is used how much, no one knows.
    /// </summary>
    public static IReadOnlyList<StorageOptions> ToDirectories(this BrokerOptions options)
    {
        var count = options.DataDirectories.Count;
        return [.. options.DataDirectories.Select(directory =>
        {
            var storage = options.Storage.ToStorageOptions(directory);
            storage.TailBytesMax /= count;
            storage.SegmentFilesOpenMax /= count;
            storage.UnsyncedBytesMax /= count;
            return storage;
        })];
    }

    public static PeerOptions ToPeerOptions(this BrokerOptions options, ulong incarnation) => new()
    {
        BrokerId = options.BrokerId,
        ClusterName = options.ClusterName,
        Cluster = options.Cluster,
        Incarnation = incarnation,
        PeerFrameBytesMax = options.Limits.PeerFrameBytesMax,
        OutboundBytesMax = options.Limits.PeerOutboundBytesMax,
    };

    /// <param name="directory">The data directory that it is in.</param>
    public static KeyIndexOptions ToKeyIndexOptions(this BrokerOptions options, string directory) => new()
    {
        Folder = Path.Combine(directory, "keys"),
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
            directoryId)
        {
            Rack = options.Rack,
        };
    }
}
