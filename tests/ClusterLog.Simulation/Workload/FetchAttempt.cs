using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Workload;

/// <summary>One poll: does at the broker what the product's handler of fetches does, for one partition and without waiting.</summary>
internal sealed class FetchAttempt(ConsumerClient consumer, InvariantChecker checker, long offset, int bytesMax)
{
    private ClientCall? _call;

    /// <summary>The leader that the broker named; 0 for none.</summary>
    public int LeaderHint { get; private set; }

    public long SentAt { get; private set; }

    public void Send(int broker, World world)
    {
        SentAt = world.Now;
        _call = world.Clients.Call(
            broker, AtBroker, () => consumer.OnFailed(this, null, ErrorCode.RequestTimedOut, -1));
    }

    /// <summary>The client waits no longer.</summary>
    public void Cancel() => _call!.Lose();

    private void AtBroker(SimulatedBroker broker, ClientCall call)
    {
        var life = broker.Life!;
        if (life.Metadata.Snapshot.FindPartition(consumer.Plan.Topic, consumer.Plan.Partition) is not { } partition)
        {
            call.Answer(() => consumer.OnFailed(this, null, ErrorCode.UnknownTopic, -1));
            return;
        }

        LeaderHint = life.Leaders.LeaderOf(partition.Group).Leader.Value;
        var work = new FetchWork(partition, offset, bytesMax, minBytes: 1, waiter: null);
        if (life.Post(partition.Group, work))
        {
            ServeAsync(life, call, partition.Group, work);
        }
    }

    private async void ServeAsync(BrokerLife life, ClientCall call, GroupId group, FetchWork work)
    {
        var read = await work.Read;
        if (read.Code != ErrorCode.None)
        {
            call.Answer(() => consumer.OnFailed(this, group, read.Code, read.FirstOffset));
            return;
        }

        var entries = read.Entries;
        if (read.Cold is { } cold)
        {
            if (await ReadColdAsync(life, group, cold, read.UpTo) is not { } found)
            {
                call.Answer(() => consumer.OnFailed(this, group, ErrorCode.StorageFailed, -1));
                return;
            }

            entries = found;
        }

        foreach (var entry in entries)
        {
            checker.Served(group, entry);
        }

        call.Answer(() =>
        {
            // Until now the reply was on its way, as it waits for a client's connection in the product.
            consumer.OnFetched(this, group, entries);
            read.Held?.Dispose();
        });
    }

    private Task<IReadOnlyList<LogEntry>?> ReadColdAsync(BrokerLife life, GroupId group, LogReadView cold, LogIndex upTo)
    {
        var source = new TaskCompletionSource<IReadOnlyList<LogEntry>?>(TaskCreationOptions.RunContinuationsAsynchronously);
        life.Enqueue(() =>
        {
            try
            {
                source.SetResult(cold.ReadFromOffset(offset, upTo, bytesMax));
            }
            catch (CorruptLogException damage)
            {
                life.Post(group, new DamageWork(group, damage));
                source.SetResult(null);
            }
            catch (IOException)
            {
                source.SetResult(null);
            }
        });
        return source.Task;
    }
}
