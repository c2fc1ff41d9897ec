using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Invariants;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Rot;

/// <summary>What is done to a world from outside, step by step: each ends once what it asks for is there.</summary>
internal sealed partial class RotCluster(World world)
{
    private const long Poll = 20 * WorldSettings.Millisecond;

    public World World => world;

    /// <summary>What is being waited for.</summary>
    public string Waiting { get; private set; } = "a beginning";

    public async Task UntilAsync(string what, Func<bool> isThere)
    {
        Waiting = what;
        world.Trace.Note($"rot: waiting until {what}");
        while (!isThere())
        {
            await world.Delay(Poll);
        }
    }

    /// <summary>A broker leads every group.</summary>
    public Task LeadAsync(int broker) => UntilAsync($"broker {broker} leads all groups", () => TryLead(broker));

    /// <summary>
    /// All brokers run, every one is a full member of every group that it should be in, and the replicas of each group are
    /// equal, in what they have applied too.
    /// </summary>
    public async Task SettleAsync()
    {
        await UntilAsync("all brokers have everything", IsSettled);
        foreach (var group in Groups())
        {
            CheckStates(group);
        }
    }

    /// <summary>Every group has a leader that serves.</summary>
    public Task ServeAsync() => UntilAsync(
        "every group has a leader", () => Groups().All(group => Leaders.Find(world, group) is not null));

    /// <summary>The broker's scrubber reads everything through that is there now.</summary>
    public async Task ScrubAsync(int broker)
    {
        if (world.Broker(broker).Life is not { } life)
        {
            return;
        }

        var passes = life.Storage.Scrubber.Passes;
        life.Storage.Options.ScrubBytesPerSecond = 64 << 20;

        // The pass that may be under way has read a part of it before.
        await UntilAsync($"broker {broker} has read its files", () => life.IsDead || life.Storage.Scrubber.Passes >= passes + 2);
        life.Storage.Options.ScrubBytesPerSecond = 0;
    }

    /// <summary>The broker that leads a group.</summary>
    public SimulatedBroker? LeaderOf(GroupId group)
    {
        var leader = Leaders.Find(world, group);
        foreach (var broker in world.Brokers)
        {
            if (leader is not null && broker.Find(group) == leader)
            {
                return broker;
            }
        }

        return null;
    }

    private IReadOnlyList<GroupId> Groups()
    {
        var newest = MetadataSnapshot.Empty;
        foreach (var broker in world.Brokers)
        {
            if (broker.Life is { } life && life.Metadata.Snapshot.Version > newest.Version)
            {
                newest = life.Metadata.Snapshot;
            }
        }

        return [GroupId.Metadata, .. newest.ByGroup.Keys.Order()];
    }

    private bool TryLead(int broker)
    {
        var leads = world.Broker(broker).IsRunning;
        foreach (var group in Groups())
        {
            var leader = LeaderOf(group);
            if (leader?.Id != broker)
            {
                leads = false;
                leader?.Life!.Post(group, new RotTransfer(group, broker));
            }
        }

        return leads;
    }

    private bool IsSettled()
    {
        if (Leaders.Find(world, GroupId.Metadata) is not { } metadata)
        {
            return false;
        }

        var snapshot = ((MetadataGroup)metadata.Machine).Snapshot;
        foreach (var broker in world.Brokers)
        {
            if (!world.Operator.HasEverything(metadata, snapshot, broker))
            {
                return false;
            }
        }

        foreach (var group in Groups())
        {
            if (Equality.Missing(world, group) is not null)
            {
                return false;
            }
        }

        return true;
    }

    private void CheckStates(GroupId group)
    {
        Replica? first = null;
        ulong digest = 0;
        foreach (var broker in world.Brokers)
        {
            if (broker.Find(group) is not { } replica)
            {
                continue;
            }

            var found = new ReplicaProbe(replica).FullStateDigest();
            if (first is null)
            {
                (first, digest) = (replica, found);
            }
            else if (digest != found)
            {
                throw new ViolationException(
                    RotVerdict.Wrong,
                    $"group {group}: the states of replicas {first.Identity} and {replica.Identity} differ at {replica.Applied}");
            }
        }
    }
}
