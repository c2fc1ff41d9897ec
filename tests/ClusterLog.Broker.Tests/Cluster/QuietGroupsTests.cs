using ClusterLog.Broker.Shards;
using ClusterLog.Client;
using ClusterLog.Raft;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Tests.Cluster;

/// <summary>Groups with nothing to do stop their clocks, and start them again when it matters.</summary>
public sealed class QuietGroupsTests
{
    private const int Partitions = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cluster_WithNothingToDo_SendsPingsAndNoMessageOfAnyGroup()
    {
        await using var cluster = await StartQuietAsync();
        (long Messages, long Disconnects) before;
        do
        {
            // A machine that stands still for seconds breaks links, which wakes groups: then it counts from there.
            await WaitUntilQuietAsync(cluster);
            before = Sum(cluster);
            var pings = cluster.Running.ToDictionary(broker => broker, broker => broker.PeerCounters.FramesSent + 10);
            await WaitUntilAsync(() => pings.All(ping => ping.Key.PeerCounters.FramesSent >= ping.Value));
        }
        while (Sum(cluster).Disconnects != before.Disconnects);

        Assert.Equal(before.Messages, Sum(cluster).Messages);

        static (long Messages, long Disconnects) Sum(TestCluster cluster) => (
            cluster.Running.Sum(broker => broker.PeerCounters.MessagesSent),
            cluster.Running.Sum(broker => broker.PeerCounters.Disconnects));
    }

    [Fact]
    public async Task Produce_ToAQuietGroup_IsCommittedAndLetsItFallQuietAgain()
    {
        await using var cluster = await StartQuietAsync();
        await using var client = cluster.CreateClient();
        await using var producer = client.CreateProducer();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i, (await producer.ProduceAsync(Record(partition: 0), Cancelled)).Offset.Value);
            await WaitUntilQuietAsync(cluster);
        }
    }

    [Fact]
    public async Task Leader_KilledWhileItsGroupsAreQuiet_IsReplacedInAllOfThem()
    {
        await using var cluster = await StartQuietAsync();
        await cluster.StopBrokerAsync(1, abruptly: true);
        await WaitUntilAsync(() => cluster.Running.Sum(broker => broker.Health.Replicas.Led) == Partitions + 1);
        await WaitUntilQuietAsync(cluster);
        await ProduceToAllAsync(cluster, expectedOffset: 0);
    }

    [Fact]
    public async Task Follower_DownAndBack_HoldsWhatWasWrittenWithoutIt()
    {
        await using var cluster = await StartQuietAsync();
        await cluster.StopBrokerAsync(3, abruptly: true);
        await ProduceToAllAsync(cluster, expectedOffset: 0);

        // Two of three are enough to be quiet, too.
        await WaitUntilQuietAsync(cluster);
        await cluster.StartBrokerAsync(3, Cancelled);
        await cluster.WaitUntilReadyAsync(Cancelled).WaitAsync(Patience, Cancelled);
        await WaitUntilQuietAsync(cluster);

        // The one that was away is now needed for a majority, and has it all.
        await cluster.StopBrokerAsync(2, abruptly: true);
        await ProduceToAllAsync(cluster, expectedOffset: 1);
    }

    [Fact]
    public async Task LeadersReplica_StoppedInALivingBroker_IsReplacedThoughTheGroupIsQuiet()
    {
        await using var cluster = await StartQuietAsync();
        await using var client = cluster.CreateClient();
        var status = await client.Admin.GetClusterStatusAsync(Cancelled);
        var group = status.Groups.First(group => group.Topic == "t" && group.Partition == 0);
        var leader = cluster[group.Leader!.Value.Value];
        var groupId = new GroupId((ulong)group.GroupId);
        leader.Shards.Post(groupId, new DamageWork(groupId, new CorruptLogException(groupId, "a segment", 0, "an entry", "damage made on purpose")));
        await using var producer = client.CreateProducer();
        Assert.Equal(0, (await producer.ProduceAsync(Record(partition: 0), Cancelled)).Offset.Value);
        Assert.False(leader.Failure.IsCompleted);
        Assert.Equal(1, leader.DamageFound);
        await cluster.WaitUntilReadyAsync(Cancelled).WaitAsync(Patience, Cancelled);
        await WaitUntilQuietAsync(cluster);
    }

    private static async Task<TestCluster> StartQuietAsync()
    {
        var cluster = await TestCluster.StartAsync(3, Cancelled);
        await using var client = cluster.CreateClient();
        await client.Admin.CreateTopicAsync("t", Partitions, replicas: 3, cancellationToken: Cancelled);
        await WaitUntilAsync(() => cluster.Running.All(broker => broker.Health.Replicas.Groups == Partitions + 1));
        await WaitUntilQuietAsync(cluster);
        return cluster;
    }

    private static async Task WaitUntilQuietAsync(TestCluster cluster)
    {
        // What a broker last saw may be older than what woke its groups: two looks in a row.
        for (var look = 0; look < 2; look++)
        {
            var seen = cluster.Running.Select(broker => broker.Health.NextLook).ToArray();
            await Task.WhenAll(seen).WaitAsync(Patience, Cancelled);
            await WaitUntilAsync(() => cluster.Running.All(static broker =>
                broker.Health.Replicas is { Awake: 0, WithoutLeader: 0, CatchingUp: 0 }));
        }
    }

    private static async Task ProduceToAllAsync(TestCluster cluster, long expectedOffset)
    {
        await using var client = cluster.CreateClient();
        await using var producer = client.CreateProducer();
        for (var partition = 0; partition < Partitions; partition++)
        {
            var report = await producer.ProduceAsync(Record(partition), Cancelled);
            Assert.Equal(expectedOffset, report.Offset.Value);
        }
    }

    private static ProducerRecord Record(int partition) =>
        new() { Topic = "t", Partition = partition, Value = new byte[100] };

    private static async Task WaitUntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Cancelled);
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, either.Token);
        }
    }
}
