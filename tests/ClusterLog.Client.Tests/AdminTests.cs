using ClusterLog.Client.Tests.Support;
using ClusterLog.Protocol;

namespace ClusterLog.Client.Tests;

public sealed class AdminTests : IAsyncDisposable
{
    private readonly FakeCluster _cluster = new(3);
    private readonly ClusterLogClient _client;

    public AdminTests()
    {
        _client = _cluster.CreateClient();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CreateAndDelete_AnswerLost_SucceedOnce(bool isAnswerLost)
    {
        _cluster.AdminDrops.Enqueue(isAnswerLost);
        var topic = await _client.Admin.CreateTopicAsync("a", 3, cancellationToken: Cancel);
        Assert.Equal([1, 2, 3], topic.Partitions.Select(partition => partition.Leader!.Value.Value));
        Assert.All(topic.Partitions, partition => Assert.Equal(Offset.Zero, partition.LatestOffset));
        Assert.Equal("a", Assert.Single(await _client.Admin.ListTopicsAsync(Cancel)).Name);
        _cluster.AdminDrops.Enqueue(isAnswerLost);
        await _client.Admin.DeleteTopicAsync("a", Cancel);
        Assert.Empty(await _client.Admin.ListTopicsAsync(Cancel));
    }

    [Fact]
    public async Task CreateTopic_WithSettings_SendsThemByNameAndDescribeTellsThem()
    {
        var options = new CreateTopicOptions
        {
            Partitions = 2,
            Config = new Dictionary<string, string>
            {
                [TopicSetting.RetentionBytes] = "64MiB",
                [TopicSetting.Cleanup] = "compact",
            },
        };
        var topic = await _client.Admin.CreateTopicAsync("a", options, Cancel);
        Assert.Equal(2, topic.Partitions.Count);
        Assert.Equal([new("cleanup", "compact"), new("retention.bytes", "64MiB")], topic.Config);
        Assert.Empty((await _client.Admin.CreateTopicAsync("b", cancellationToken: Cancel)).Config);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AlterTopic_AnswerLost_IsAskedAgainAndTellsTheSettings(bool isAnswerLost)
    {
        _cluster.AddTopic("a");
        _cluster.AdminDrops.Enqueue(isAnswerLost);
        var config = await _client.Admin.AlterTopicAsync(
            "a",
            new Dictionary<string, string> { [TopicSetting.RetentionTime] = "1d", [TopicSetting.Cleanup] = "delete" },
            Cancel);
        Assert.Equal([new("cleanup", "delete"), new("retention.time", "1d")], config);
        Assert.Equal(config, (await _client.Admin.DescribeTopicAsync("a", Cancel)).Config);
    }

    [Fact]
    public async Task AlterTopic_Unknown_Fails()
    {
        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => _client.Admin.AlterTopicAsync("a", new Dictionary<string, string>(), Cancel));
        Assert.Equal(ErrorCode.UnknownTopic, error.Code);
    }

    [Fact]
    public async Task CreateTopic_Exists_Fails()
    {
        _cluster.AddTopic("a");
        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => _client.Admin.CreateTopicAsync("a", cancellationToken: Cancel));
        Assert.Equal(ErrorCode.TopicAlreadyExists, error.Code);
    }

    [Fact]
    public async Task GetClusterStatus_OneBrokerDown_ListsItAndMergesTheOthers()
    {
        await _cluster.Brokers[2].StopAsync();
        var status = await _client.Admin.GetClusterStatusAsync(Cancel);
        Assert.Equal([true, true, false], status.Brokers.Select(broker => broker.IsReachable));
        Assert.NotNull(status.Brokers[2].Error);
        var group = Assert.Single(status.Groups);
        Assert.Equal(1, group.Leader!.Value.Value);
        Assert.Equal([0L, 1L], group.Replicas.Select(replica => replica.Lag));
        Assert.Equal([ReplicaRole.Leader, ReplicaRole.Follower], group.Replicas.Select(replica => replica.Role));
    }

    [Fact]
    public async Task DescribeTopic_NoBrokerUp_FailsWhenTheRequestTimeoutHasPassed()
    {
        await using var client = _cluster.CreateClient(requestTimeout: TimeSpan.FromMilliseconds(300));
        foreach (var broker in _cluster.Brokers)
        {
            await broker.StopAsync();
        }

        var error = await Assert.ThrowsAsync<ClusterLogException>(() => client.Admin.DescribeTopicAsync("a", Cancel));
        Assert.True(error.IsTransient);
    }
}
