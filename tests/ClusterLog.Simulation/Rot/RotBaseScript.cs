using ClusterLog.Broker;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Disks;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Workload;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Rot;

/// <summary>The life that a <see cref="RotBase"/> is what is left of.</summary>
internal sealed class RotBaseScript(RotBase made, MemoryDisk[] disks) : RotScript
{
    private const long FlushTime = 6 * WorldSettings.Second;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly List<RotPartition> _partitions = [];
    private readonly List<RotProducer> _producers = [];

    private SimulatedBroker Rotting => World.Broker(made.Broker);

    protected override async Task ScriptAsync()
    {
        await CreateAsync();
        await WriteAsync(rounds: 14);
        await TrimAsync(_partitions[^1]);
        await WriteAsync(rounds: 6);
        await World.Delay(FlushTime);
        await HaveBeenDamagedAsync();
        await WriteAsync(rounds: 8);
        await World.Delay(FlushTime);
        await WriteAsync(rounds: 4);
        await Cluster.SettleAsync();
        await DieAsync();
    }

    private async Task CreateAsync()
    {
        await Cluster.ServeAsync();
        await CreateAsync("plain", 2, TopicConfig.Default);
        await CreateAsync("fast", 1, TopicConfig.Default with { Durability = Durability.Memory });
        await CreateAsync("trimmed", 1, TopicConfig.Default);
        await Cluster.ServeAsync();
        await Cluster.SettleAsync();
        foreach (var partition in _partitions)
        {
            for (var count = 0; count < 2; count++)
            {
                var id = await World.Broker(1).Life!.MetadataService.InitProducerIdAsync(CancellationToken.None);
                _producers.Add(new RotProducer(partition, id.Value, World.Seed));
            }

            _producers.Add(new RotProducer(partition, -1, World.Seed));
        }
    }

    private async Task CreateAsync(string name, int partitions, TopicConfig config)
    {
        TopicInfo? topic = null;
        while (topic is null)
        {
            try
            {
                topic = await World.Broker(1).Life!.MetadataService.CreateTopicAsync(
                    name, partitions, RotSettings.Brokers, config, Timeout, CancellationToken.None);
            }
            catch (BrokerException)
            {
                // Not all brokers are known yet.
                await World.Delay(WorldSettings.Second);
            }
        }

        foreach (var partition in topic.Partitions)
        {
            _partitions.Add(new RotPartition(name, partition.Partition, partition.Group));
        }
    }

    private async Task WriteAsync(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var producer in _producers)
            {
                await Cluster.WriteAsync(producer.Partition, producer.Next(World.Now));
            }
        }
    }

    private async Task TrimAsync(RotPartition partition)
    {
        await Cluster.SettleAsync();
        foreach (var broker in World.Brokers)
        {
            var info = broker.Life!.Metadata.Snapshot.FindPartition(partition.Topic, partition.Number)!;
            broker.Life.Post(info.Group, new TrimChoice(info, 0));
        }

        await Cluster.UntilAsync(
            $"{partition} is trimmed on all brokers",
            () => World.Brokers.All(broker => broker.Find(partition.Group)?.Machine is Partition { StartOffset: > 0 }));
    }

    // What an earlier damage leaves: the files LOST and damaged/, and a replica of another incarnation.
    private async Task HaveBeenDamagedAsync()
    {
        await Cluster.SettleAsync();
        var group = _partitions[0].Group;
        var path = disks[made.Broker - 1].Capture().Files.Keys
            .Where(path => path.StartsWith($"segments/{group}/", StringComparison.Ordinal) && path.EndsWith(".log", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).First();
        Rotting.IsDamaged = true;
        disks[made.Broker - 1].Flip(path, 1_000, 1);
        await Cluster.ScrubAsync(made.Broker);
        await Cluster.SettleAsync();
        Rotting.IsDamaged = false;
    }

    private async Task DieAsync()
    {
        await Cluster.LeadAsync(made.Broker);
        Kill(made.Behind);
        await WriteAsync(rounds: 3);
        await Cluster.LeadAsync(made.Broker);
        foreach (var partition in _partitions)
        {
            Collect(partition);
        }

        Kill(made.Whole);
        for (var round = 0; round < 3; round++)
        {
            foreach (var producer in _producers.Where(static producer => producer.IsIdempotent))
            {
                var batch = producer.Next(World.Now);
                producer.Partition.Pending.Add(batch);
                RotCluster.Send(Rotting, producer.Partition, batch);
            }

            await World.Delay(60 * WorldSettings.Millisecond);
        }

        Remember();
        Kill(made.Broker);
        made.Images = [.. disks.Select(static disk => disk.Capture())];
        foreach (var broker in World.Brokers)
        {
            broker.Start();
        }
    }

    private void Kill(int broker) => World.Broker(broker).Crash(powerLost: false, losesAll: false);

    private void Collect(RotPartition partition)
    {
        var replica = Rotting.Find(partition.Group)!;
        var offset = partition.FirstOffset = ((Partition)replica.Machine).StartOffset;
        var read = new List<LogEntry>();
        while (offset < ((Partition)replica.Machine).HighWatermark)
        {
            read.Clear();
            IReadOnlyList<LogEntry> entries = replica.Log.TryReadFrom(offset, replica.Applied, int.MaxValue, read)
                ? read
                : replica.Log.ColdView().ReadFromOffset(offset, replica.Applied, int.MaxValue);
            foreach (var entry in entries.Where(static entry => entry.Kind == EntryKind.Data))
            {
                partition.Store(entry);
            }

            offset = entries[^1].NextOffset;
        }

        partition.Settle();
    }

    private void Remember()
    {
        var life = Rotting.Life!;
        var snapshot = life.Metadata.Snapshot;
        made.Partitions = _partitions;
        made.DirectoryId = life.Storage.DirectoryId;
        made.Identities = snapshot.ByGroup.Values.ToDictionary(
            static partition => partition.Group, partition => partition.ReplicaOn(made.Broker));
        foreach (var partition in _partitions)
        {
            var replica = Rotting.Find(partition.Group)!;
            if (replica.Log.LastIndex <= replica.Commit)
            {
                throw new InvalidOperationException($"{partition}: expected entries that are not committed, found none.");
            }
        }
    }
}
