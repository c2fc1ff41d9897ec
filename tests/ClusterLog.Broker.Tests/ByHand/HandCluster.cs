using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Broker.Telemetry;
using ClusterLog.Broker.Tests.Clients;
using ClusterLog.Broker.Tests.Telemetry;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>
/// Brokers whose shards and storage are turned by hand, over a network that a test cuts: nothing happens between two
/// lines of a test but what it asks for.
/// </summary>
internal sealed class HandCluster : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clusterlog-hand-");
    private readonly TestMeters _meters = new();
    private readonly Dictionary<int, HandBroker> _brokers = [];
    private readonly Queue<(int From, int To, GroupId Group, RaftMessage Message)> _network = new();
    private readonly HashSet<int> _cut = [];
    private readonly Random _random;

    public HandCluster(int seed = 1)
    {
        _random = new Random(seed);
        Metrics = new BrokerMetrics(_meters);
    }

    public HandTime Time { get; } = new();

    public BrokerMetrics Metrics { get; }

    public RaftOptions Raft { get; init; } = new() { QuietGroups = false };

    public CheckpointOptions Checkpoints { get; init; } = new() { EntriesMax = 10 };

    public long TailBytesMax { get; init; }

    public HandBroker this[int id] => _brokers[id];

    public static PartitionInfo Info(params int[] brokers)
    {
        ReplicaId[] founders = [.. brokers.Select(broker => new ReplicaId(broker))];
        return new PartitionInfo("t", 0, new GroupId(1), new LogIndex(1), [.. founders], [.. founders]);
    }

    public HandBroker Start(int id, string? folder = null) =>
        _brokers[id] = new HandBroker(this, id, Path.Combine(_folder.FullName, folder ?? $"{id}"));

    /// <summary>The broker's process ends without a word, and begins again with what its disk holds.</summary>
    public HandBroker Restart(int id)
    {
        _brokers[id].Storage.Lane.Dispose();
        return Start(id);
    }

    /// <summary>Keeps what a broker's disk holds now: all that a loss of power will leave of it.</summary>
    public void NoteSynced(int id)
    {
        var (from, to) = (_brokers[id].Folder, _brokers[id].Folder + ".synced");
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>The machine of a broker comes back with what its disk held when that was noted last.</summary>
    public HandBroker LosePower(int id)
    {
        var folder = _brokers[id].Folder;
        _brokers[id].Storage.Lane.Dispose();
        Directory.Delete(folder, recursive: true);
        Directory.Move(folder + ".synced", folder);
        File.Delete(Path.Combine(folder, StorageLayout.BootFile));
        return Start(id);
    }

    public Random NextRandom() => new(_random.Next());

    /// <summary>Nothing reaches the broker, or leaves it, from now on.</summary>
    public void Cut(int id) => _cut.Add(id);

    public void Heal(int id) => _cut.Remove(id);

    public bool IsConnected(int from, int to) => _brokers.ContainsKey(to) && !_cut.Contains(from) && !_cut.Contains(to);

    public void Send(int from, int to, GroupId group, RaftMessage message)
    {
        if (IsConnected(from, to))
        {
            _network.Enqueue((from, to, group, message));
        }
    }

    /// <summary>Lets everything happen that does not need time.</summary>
    public void Settle()
    {
        for (var turns = 0; ; turns++)
        {
            Assert.True(turns < 10_000, "the cluster does not come to rest");
            var any = false;
            foreach (var broker in _brokers.Values)
            {
                any |= broker.Turn();
            }

            while (_network.TryDequeue(out var frame))
            {
                any = true;
                if (IsConnected(frame.From, frame.To))
                {
                    _brokers[frame.To].Post(frame.Group, new MessageWork(frame.Group, frame.Message));
                }
            }

            if (!any)
            {
                return;
            }
        }
    }

    /// <summary>Lets time pass, everything settling after each tick.</summary>
    public void Tick(int ticks = 1)
    {
        for (; ticks > 0; ticks--)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            foreach (var broker in _brokers.Values)
            {
                broker.Post(default, new TickWork(ticksPerMaintenance: 1).Next());
            }

            Settle();
        }
    }

    /// <summary>Lets time pass until something is so.</summary>
    public void TickUntil(Func<bool> condition, int ticksMax = 300)
    {
        for (var ticks = 0; !condition(); ticks++)
        {
            Assert.True(ticks < ticksMax, "what was waited for does not happen");
            Tick();
        }
    }

    /// <summary>Has a leader change its group's members, and waits until that is done.</summary>
    public void ChangeMembers(int leader, GroupId group, params MemberChange[] members)
    {
        var work = new ChangeMembersWork(group, new ConfigurationChange(members))
        {
            DeadlineMilliseconds = long.MaxValue,
        };
        this[leader].Post(group, work);
        TickUntil(() => work.Done.IsCompleted);
        Assert.True(work.Done.IsCompletedSuccessfully, $"{work.Done.Exception}");
    }

    /// <summary>The broker that leads the group and serves, once there is one among those that are connected.</summary>
    public HandBroker AwaitLeader(GroupId group)
    {
        HandBroker? Find() => _brokers.Values.FirstOrDefault(
            broker => !_cut.Contains(broker.Id) && broker.Shard.Find(group) is { IsReadyToServe: true });
        TickUntil(() => Find() is not null);
        return Find()!;
    }

    /// <summary>Sends one batch to a broker and lets it settle; the answer may still be open.</summary>
    public HandReply Produce(int broker, PartitionInfo info, long producer, int sequence, params string[] values)
    {
        return Produce(broker, info, RawFrames.Batch(producer, producer < 0 ? -1 : 0, sequence, values));
    }

    /// <summary>The same with a batch made elsewhere.</summary>
    public HandReply Produce(int broker, PartitionInfo info, byte[] batch)
    {
        Assert.True(RecordBatchHeader.TryRead(batch, out var header));
        var reply = new HandReply();
        var deadline = (Time.GetTimestamp() / TimeSpan.TicksPerMillisecond) + 60_000;
        _brokers[broker].Post(
            info.Group, new ProduceWork(info, batch, header, Acks.All, reply) { DeadlineMilliseconds = deadline });
        Settle();
        return reply;
    }

    /// <summary>The values that a broker serves from an offset on, or the error that it answers with.</summary>
    public (ErrorCode Code, long FirstOffset, List<string> Values) Fetch(int broker, PartitionInfo info, long offset)
    {
        var values = new List<string>();
        while (true)
        {
            var work = new FetchWork(info, offset, 1 << 20, 0, waiter: null);
            _brokers[broker].Post(info.Group, work);
            Settle();
            Assert.True(work.Read.IsCompletedSuccessfully, $"{work.Read.Exception}");
            var read = work.Read.Result;
            var entries = read.Cold?.ReadFromOffset(offset, read.UpTo, 1 << 20) ?? read.Entries;
            if (read.Code != ErrorCode.None || !entries.Any(entry => entry.Kind == EntryKind.Data))
            {
                return (read.Code, read.FirstOffset, values);
            }

            var batches = entries.Where(entry => entry.Kind == EntryKind.Data)
                .Select(entry => new System.Buffers.ReadOnlySequence<byte>(entry.Payload));
            values.AddRange(RawFrames.Records(batches).Where(record => record.Offset >= offset).Select(record => record.Value));
            offset = entries[^1].NextOffset;
        }
    }

    public void Dispose()
    {
        foreach (var broker in _brokers.Values)
        {
            broker.Storage.Lane.Dispose();
        }

        _meters.Dispose();
        _folder.Delete(recursive: true);
    }
}
