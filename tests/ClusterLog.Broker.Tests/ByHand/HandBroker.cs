using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Storage;
using ClusterLog.Storage.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>One broker's shard over real storage, without threads: <see cref="HandCluster"/> turns it.</summary>
internal sealed class HandBroker : IReplicaTransport, IColdReads, IShards
{
    private readonly HandCluster _cluster;
    private readonly Queue<Action> _reads = new();

    public HandBroker(HandCluster cluster, int id, string folder)
    {
        _cluster = cluster;
        Id = id;
        Folder = folder;
        Directory.CreateDirectory(folder);
        var options = new StorageOptions
        {
            DataDirectory = folder,
            WalFileBytes = 1 << 20,
            WalSyncMode = WalSyncMode.None,
            SegmentBytesMax = 4 << 10,
            SegmentFlushBytes = 1,
            SegmentFlushInterval = TimeSpan.Zero,
            TailBytesMax = cluster.TailBytesMax,
            MinFreeBytes = 0,
        };
        Storage = StorageEngine.OpenByHand(
            options,
            new DirectoryIdentity("test", "by hand", id, 1),
            new LinuxDisk(folder, options.WalSyncMode),
            cluster.Time,
            NullLoggerFactory.Instance);
        Shard = new Shard(0, ToServices(), new ShardInbox());
    }

    public int Id { get; }

    public string Folder { get; }

    public StorageEngine Storage { get; }

    public Shard Shard { get; }

    /// <summary>Why replicas have stopped.</summary>
    public Exception? StorageFailure { get; private set; }

    public MetadataSnapshot? Metadata { get; private set; }

    public Replica Replica(GroupId group) => Shard.Find(group)!;

    public Partition Partition(PartitionInfo info) => (Partition)Shard.Find(info.Group)!.Machine;

    /// <summary>Starts this broker's replica of a partition, or one that is new to the group.</summary>
    public Replica Open(PartitionInfo info, uint incarnation = 0)
    {
        var partition = new Partition(info);
        var log = Shard.Find(info.Group) is { } departed ? Shard.Release(departed) : Storage.OpenLog(info.Group);
        partition.Replica = new Replica(
            Shard, info.Group, new ReplicaId(Id, incarnation), info.Founders, log, partition, _cluster.NextRandom());
        Shard.Add(partition.Replica);
        return partition.Replica;
    }

    /// <summary>Starts this broker's replica of the metadata group.</summary>
    public MetadataGroup OpenMetadata(params int[] founders)
    {
        var machine = new MetadataGroup(new MetadataState(NullLogger<MetadataState>.Instance), _cluster.Time);
        var replica = new Replica(
            Shard,
            GroupId.Metadata,
            new ReplicaId(Id),
            [.. founders.Select(founder => new ReplicaId(founder))],
            Storage.OpenLog(GroupId.Metadata),
            machine,
            _cluster.NextRandom());
        machine.Attach(this, replica, snapshot => Metadata = snapshot);
        Shard.Add(replica);
        return machine;
    }

    /// <summary>Does whatever there is to do; false when there was nothing.</summary>
    public bool Turn()
    {
        var any = false;
        while (_reads.TryDequeue(out var read))
        {
            read();
            any = true;
        }

        while (Shard.Inbox.TryTake(out var work))
        {
            Shard.Run(work!);
            any = true;
        }

        Shard.EndTurn();
        return any | Storage.Files.RunOnce() | Storage.Lane.RunOnce() | Storage.SegmentWriter.RunOnce();
    }

    public bool Post(GroupId group, IShardWork work) => Shard.Inbox.Post(work);

    public void Enqueue(Action read) => _reads.Enqueue(read);

    public void Send(ReplicaId to, GroupId group, RaftMessage message) => _cluster.Send(Id, to.Value, group, message);

    public void Flush()
    {
    }

    public void Announce(IReadOnlyList<LeaderAnnouncement> leaders)
    {
    }

    public bool IsConnected(ReplicaId peer) => _cluster.IsConnected(Id, peer.Value);

    private ShardServices ToServices() => new()
    {
        Storage = StorageSet.Of(Storage),
        Peers = this,
        Leaders = new LeaderTable(),
        ColdReads = this,
        Metrics = _cluster.Metrics,
        Time = _cluster.Time,
        Raft = _cluster.Raft,
        Checkpoints = _cluster.Checkpoints,
        Logger = NullLogger.Instance,
        OnStorageFailed = failure => StorageFailure = failure,
    };
}
