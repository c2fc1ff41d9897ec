using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Shards;
using ClusterLog.Broker.Telemetry;
using ClusterLog.Broker.Tests.Telemetry;
using ClusterLog.Raft;
using ClusterLog.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Shards;

/// <summary>One shard of broker 1 without a thread of its own: real replicas and storage, and peers who only listen.</summary>
internal sealed class HandDrivenShard : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clusterlog-test-");
    private readonly TestMeters _meters = new();
    private readonly StorageEngine _storage;
    private readonly BrokerMetrics _metrics;
    private readonly Random _random = new(1);
    private TickWork _tick = new(ticksPerMaintenance: 10);
    private ulong _groups;

    public HandDrivenShard()
    {
        _storage = StorageEngine.Open(
            new StorageOptions { DataDirectory = _folder.FullName, WalFileBytes = 1 << 20, WalSpareFilesMax = 0 },
            new DirectoryIdentity("test", "1=127.0.0.1:1", 1, 1),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        _metrics = new BrokerMetrics(_meters);
        Shard = new Shard(
            0,
            new ShardServices
            {
                Storage = StorageSet.Of(_storage),
                Peers = Transport,
                Leaders = new LeaderTable(),
                ColdReads = new NoColdReads(),
                Metrics = _metrics,
                Time = TimeProvider.System,
                Raft = new RaftOptions(),
                Logger = NullLogger.Instance,
                OnStorageFailed = static error => Assert.Fail(error.Message),
            },
            new ShardInbox());
    }

    public Shard Shard { get; }

    public ListeningTransport Transport { get; } = new();

    /// <summary>Adds replicas of new groups with these founders, of which the first should lead.</summary>
    public Replica[] Add(int count, IReadOnlyList<ReplicaId> founders)
    {
        var added = new Replica[count];
        for (var i = 0; i < count; i++)
        {
            var group = new GroupId(++_groups);
            added[i] = new Replica(
                Shard, group, new ReplicaId(1), founders, _storage.OpenLog(group), new BlankMachine(), _random);
            Shard.Add(added[i]);
        }

        Shard.EndTurn();
        return added;
    }

    /// <summary>Lets their leader say that nothing is left to do, until all replicas sleep.</summary>
    public void FallQuiet(IReadOnlyList<Replica> replicas, ReplicaId leader)
    {
        // Its first word starts a term, which has to be written before the replica can rest.
        while (replicas.Any(static replica => replica.Pace != ReplicaPace.Asleep))
        {
            foreach (var replica in replicas)
            {
                Shard.Run(new MessageWork(
                    replica.Group,
                    new HeartbeatRequest(leader, replica.Identity, new Term(1), LogIndex.Zero, Round: 1, Quiet: true)));
            }

            Shard.EndTurn();
            Tick();
        }
    }

    public void Run(IShardWork work)
    {
        Shard.Run(work);
        Shard.EndTurn();
    }

    /// <summary>So many ticks, and between them whatever the disk has finished.</summary>
    public void Tick(int count = 1)
    {
        for (var i = 0; i < count; i++)
        {
            while (Shard.Inbox.TryTake(out var work))
            {
                Run(work!);
            }

            _tick = _tick.Next();
            Run(_tick);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Shard.Close();
        await _storage.DisposeAsync();
        _metrics.Dispose();
        _meters.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Keeps what would be sent.</summary>
    internal sealed class ListeningTransport : IReplicaTransport
    {
        public List<(GroupId Group, RaftMessage Message)> Messages { get; } = [];

        public List<LeaderAnnouncement> Announced { get; } = [];

        public void Send(ReplicaId to, GroupId group, RaftMessage message) => Messages.Add((group, message));

        public void Flush()
        {
        }

        public void Announce(IReadOnlyList<LeaderAnnouncement> leaders) => Announced.AddRange(leaders);

        public bool IsConnected(ReplicaId peer) => true;
    }

    private sealed class NoColdReads : IColdReads
    {
        public void Enqueue(Action read) => Assert.Fail("Everything is in memory.");
    }

    private sealed class BlankMachine : IStateMachine
    {
        public void Apply(LogEntry entry)
        {
        }

        public ReadOnlyMemory<byte> Capture() => default;

        public void Restore(RaftSnapshot snapshot)
        {
        }

        public void OnApplied()
        {
        }

        public void TrimLog(PartitionLog log)
        {
        }

        public void OnLeaderChanged(ReplicaId leader, bool leads)
        {
        }

        public void OnStopped()
        {
        }
    }
}
