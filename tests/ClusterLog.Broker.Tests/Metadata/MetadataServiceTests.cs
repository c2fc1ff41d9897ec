using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Peers;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Metadata;

public sealed class MetadataServiceTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    private readonly FakeMetadataGroup _group = new();
    private readonly FakePeers _peers = new();
    private readonly MetadataOptions _options = new() { BrokerCount = 3, RetryDelay = TimeSpan.FromMilliseconds(2) };
    private readonly List<MetadataService> _services = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _services.ForEach(service => service.Dispose());

    [Fact]
    public async Task CreateTopic_OnTheLeader_PlacesByTheSnapshotAndAnswersWithTheTopic()
    {
        Lead(3);
        var topic = await Service().CreateTopicAsync("a", 6, 0, TopicConfig.Default, Long, Token);
        Assert.Equal((6, 3), (topic.Partitions.Length, topic.ReplicaCount));
        Assert.Equal([1, 1, 2, 2, 3, 3], topic.Partitions.Select(partition => partition.Replicas[0].Value).Order());
        Assert.Equal(1, _group.Proposals);
        Assert.Single((await Service().CreateTopicAsync("b", 0, 1, TopicConfig.Default, Long, Token)).Partitions);
    }

    [Theory]
    [InlineData("", 1, 1, ErrorCode.InvalidTopicName)]
    [InlineData("x", -1, 1, ErrorCode.InvalidPartitionCount)]
    [InlineData("x", 1001, 1, ErrorCode.InvalidPartitionCount)]
    [InlineData("x", 1, 4, ErrorCode.InvalidReplicaCount)]
    [InlineData("x", 1, -1, ErrorCode.InvalidReplicaCount)]
    [InlineData("there", 1, 1, ErrorCode.TopicAlreadyExists)]
    public async Task CreateTopic_ThatBreaksARule_IsRefusedWithoutAProposal(
        string name, int partitions, int replicas, ErrorCode expected)
    {
        Lead(3);
        _group.Apply(new CreateTopicCommand("there", 1, 1, 9, [[1]]));
        var error = await Assert.ThrowsAsync<BrokerException>(
            () => Service().CreateTopicAsync(name, partitions, replicas, TopicConfig.Default, Long, Token));
        Assert.Equal(expected, error.Code);
        Assert.Equal(0, _group.Proposals);
    }

    [Fact]
    public async Task CreateTopic_BeyondTopicsMax_IsTooManyTopics()
    {
        Lead(3);
        var service = Service(_options with { TopicsMax = 1 });
        await service.CreateTopicAsync("a", 1, 1, TopicConfig.Default, Long, Token);
        var error = await Assert.ThrowsAsync<BrokerException>(() => service.CreateTopicAsync("b", 1, 1, TopicConfig.Default, Long, Token));
        Assert.Equal(ErrorCode.TooManyTopics, error.Code);
    }

    [Fact]
    public async Task CreateTopic_BeforeEnoughBrokersHaveRegistered_WaitsForThem()
    {
        Lead(2);
        var error = await Assert.ThrowsAsync<BrokerException>(
            () => Service().CreateTopicAsync("a", 1, 3, TopicConfig.Default, Short, Token));
        Assert.Equal(ErrorCode.MetadataNotAvailable, error.Code);
        Assert.Contains("only 2", error.Message, StringComparison.Ordinal);
        var creation = Service().CreateTopicAsync("a", 1, 3, TopicConfig.Default, Long, Token);
        _group.Register(3);
        Assert.Equal(3, (await creation).Partitions[0].Replicas.Length);
    }

    [Fact]
    public async Task CreateTopic_WithoutAController_IsMetadataNotAvailable()
    {
        var error = await Assert.ThrowsAsync<BrokerException>(() => Service().CreateTopicAsync("a", 1, 1, TopicConfig.Default, Short, Token));
        Assert.Equal(ErrorCode.MetadataNotAvailable, error.Code);
        Assert.True(error.IsTransient);
        Assert.True(error.RetryAfterMs > 0);
    }

    [Fact]
    public async Task CreateTopic_OnAFollower_IsDoneByTheLeader()
    {
        Lead(3);
        var leader = Service();
        var follower = new FakeMetadataGroupView(_group);
        _peers.OnRequest = (to, request, token) =>
        {
            Assert.Equal(2, to.Value);
            return leader.OnRequestAsync(new ReplicaId(1), request, token);
        };
        var topic = await Service(group: follower).CreateTopicAsync("a", 3, 2, TopicConfig.Default, Long, Token);
        Assert.Equal((3, 2), (topic.Partitions.Length, topic.ReplicaCount));
        Assert.Equal(1, _peers.Requests);
        var error = await Assert.ThrowsAsync<BrokerException>(
            () => Service(group: follower).CreateTopicAsync("a", 3, 2, TopicConfig.Default, Long, Token));
        Assert.Equal(ErrorCode.TopicAlreadyExists, error.Code);
    }

    [Fact]
    public async Task CreateTopic_ForwardedToOneThatNoLongerLeads_IsTriedAgain()
    {
        Lead(3);
        var leader = Service();
        var follower = new FakeMetadataGroupView(_group);
        var notLeading = Service(group: follower);
        _peers.OnRequest = (_, request, token) =>
            (_peers.Requests < 4 ? notLeading : leader).OnRequestAsync(new ReplicaId(1), request, token);
        Assert.Single((await Service(group: follower).CreateTopicAsync("a", 1, 1, TopicConfig.Default, Long, Token)).Partitions);
        Assert.Equal(4, _peers.Requests);
    }

    [Fact]
    public async Task CreateTopic_WhoseAnswerWasLost_FindsWhatItHasDone()
    {
        Lead(3);
        _group.AfterApply = number =>
        {
            if (number == 1)
            {
                throw new BrokerException(ErrorCode.RequestTimedOut, "lost leadership while committing");
            }
        };
        var topic = await Service().CreateTopicAsync("a", 2, 3, TopicConfig.Default, Long, Token);
        Assert.Equal(2, topic.Partitions.Length);
        Assert.Equal(2, _group.Proposals);
        Assert.Single(_group.Snapshot.Topics);
    }

    [Fact]
    public async Task CreateTopic_ThatIsNeverCommitted_TimesOutWithOutcomeUnknown()
    {
        Lead(3);
        _group.Hangs = true;
        var error = await Assert.ThrowsAsync<BrokerException>(() => Service().CreateTopicAsync("a", 1, 1, TopicConfig.Default, Short, Token));
        Assert.Equal(ErrorCode.RequestTimedOut, error.Code);
    }

    [Fact]
    public async Task CreateTopic_RefusedAsNotLeader_IsTriedAgainAndThenMetadataNotAvailable()
    {
        Lead(3);
        _group.BeforeApply = number =>
        {
            if (number < 3)
            {
                throw new BrokerException(ErrorCode.NotLeader, "stepped down");
            }
        };
        await Service().CreateTopicAsync("a", 1, 1, TopicConfig.Default, Long, Token);
        Assert.Equal(3, _group.Proposals);
        _group.BeforeApply = _ => throw new BrokerException(ErrorCode.NotLeader, "stepped down");
        var error = await Assert.ThrowsAsync<BrokerException>(() => Service().CreateTopicAsync("b", 1, 1, TopicConfig.Default, Short, Token));
        Assert.Equal(ErrorCode.MetadataNotAvailable, error.Code);
    }

    [Fact]
    public async Task CreateTopic_WaitsUntilEveryPartitionHasALeader()
    {
        Lead(3);
        _peers.AllLed = false;
        _peers.Leaders[new GroupId(1)] = new ReplicaId(1);
        var error = await Assert.ThrowsAsync<BrokerException>(() => Service().CreateTopicAsync("a", 2, 1, TopicConfig.Default, Short, Token));
        Assert.Equal(ErrorCode.RequestTimedOut, error.Code);
        Assert.True(_group.Snapshot.Topics.ContainsKey("a"));
        var creation = Service().CreateTopicAsync("b", 1, 1, TopicConfig.Default, Long, Token);
        Assert.False(creation.IsCompleted);
        _peers.Leaders[new GroupId(3)] = new ReplicaId(2);
        Assert.Equal("b", (await creation).Name);
    }

    [Fact]
    public async Task DeleteTopic_KnownUnknownAndLostAnswer()
    {
        Lead(3);
        var service = Service();
        await service.CreateTopicAsync("a", 1, 1, TopicConfig.Default, Long, Token);
        await service.DeleteTopicAsync("a", Long, Token);
        Assert.Empty(_group.Snapshot.Topics);
        var error = await Assert.ThrowsAsync<BrokerException>(() => service.DeleteTopicAsync("a", Long, Token));
        Assert.Equal(ErrorCode.UnknownTopic, error.Code);
        await service.CreateTopicAsync("b", 1, 1, TopicConfig.Default, Long, Token);
        var first = _group.Proposals + 1;
        _group.AfterApply = number =>
        {
            if (number == first)
            {
                throw new BrokerException(ErrorCode.RequestTimedOut, "lost");
            }
        };
        await service.DeleteTopicAsync("b", Long, Token);
        Assert.Equal(first + 1, _group.Proposals);
    }

    [Fact]
    public async Task InitProducerId_ManyAtOnceOnTwoBrokers_AreDifferentAndTakenInBlocks()
    {
        Lead(3);
        var services = new[] { Service(), Service() };
        var ids = await Task.WhenAll(Enumerable.Range(0, 2400)
            .Select(i => Task.Run(() => services[i % 2].InitProducerIdAsync(Token))));
        Assert.Equal(2400, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(id.Value > 0));
        Assert.Equal(4, _group.Proposals);
    }

    [Fact]
    public async Task RegisterBroker_TriesUntilALeaderIsThereAndOnlyWhenSomethingDiffers()
    {
        var broker = new BrokerInfo(2, "host", 9092, "p:1", "h:1", "0.1.0", 7);
        var service = Service(_options with { RegisterTimeout = TimeSpan.FromMilliseconds(20) });
        var registration = service.RegisterBrokerAsync(broker, Token);
        await Task.Delay(60, Token);
        Assert.False(registration.IsCompleted);
        _group.IsLeader = true;
        await registration;
        Assert.Equal(broker, _group.Snapshot.Brokers[2] with { DirectorySince = default });
        var proposals = _group.Proposals;
        await service.RegisterBrokerAsync(broker, Token);
        Assert.Equal(proposals, _group.Proposals);
        await service.RegisterBrokerAsync(broker with { ClientPort = 1 }, Token);
        Assert.Equal(1, _group.Snapshot.Brokers[2].ClientPort);
    }

    [Fact]
    public async Task RegisterBroker_Cancelled_Ends()
    {
        using var cancel = new CancellationTokenSource();
        var registration = Service().RegisterBrokerAsync(new BrokerInfo(1, "h", 1, "", "", "", 7), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => registration);
    }

    [Fact]
    public async Task OnRequest_BytesThatAreNoRequest_IsAnsweredAsMalformed()
    {
        Lead(3);
        foreach (var hex in new[] { "", "c0", "9201c0", "92029203a161" })
        {
            var answer = await Service().OnRequestAsync(new ReplicaId(3), Convert.FromHexString(hex), Token);
            Assert.Equal(ErrorCode.MalformedRequest, MetadataForward.DecodeResponse(answer, out _)!.Error);
        }

        Assert.Equal(0, _group.Proposals);
    }

    [Fact]
    public async Task CreateTopic_LeaderCannotBeReached_IsMetadataNotAvailableOrUnknown()
    {
        _group.Leader = new ReplicaId(2);
        var error = await Assert.ThrowsAsync<BrokerException>(() => Service().CreateTopicAsync("a", 1, 1, TopicConfig.Default, Short, Token));
        Assert.Equal(ErrorCode.MetadataNotAvailable, error.Code);
        _peers.OnRequest = (_, _, _) => throw new PeerUnavailableException("lost", outcomeUnknown: true);
        error = await Assert.ThrowsAsync<BrokerException>(() => Service().CreateTopicAsync("a", 1, 1, TopicConfig.Default, Short, Token));
        Assert.Equal(ErrorCode.RequestTimedOut, error.Code);
    }

    private void Lead(int brokers)
    {
        _group.IsLeader = true;
        _group.Leader = new ReplicaId(1);
        _group.Register(brokers);
    }

    private MetadataService Service(MetadataOptions? options = null, IMetadataGroup? group = null)
    {
        var service = new MetadataService(
            options ?? _options,
            group ?? _group,
            _peers,
            _peers,
            TimeProvider.System,
            new Random(_services.Count + 1),
            NullLogger<MetadataService>.Instance);
        _services.Add(service);
        return service;
    }

    /// <summary>The same log as a follower sees it, whose leader is broker 2.</summary>
    private sealed class FakeMetadataGroupView(FakeMetadataGroup group) : IMetadataGroup
    {
        public ReplicaId Leader => new(2);

        public bool HasCaughtUp => group.HasCaughtUp;

        public bool IsLeader => false;

        public MetadataSnapshot Snapshot => group.Snapshot;

        public Task<MetadataResult> ProposeAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken) =>
            throw new BrokerException(ErrorCode.NotLeader, "a follower");

        public Task WaitForVersionAsync(LogIndex index, CancellationToken cancellationToken) =>
            group.WaitForVersionAsync(index, cancellationToken);
    }
}
