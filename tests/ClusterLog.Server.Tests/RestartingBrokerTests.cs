using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Server.Hosting;
using ClusterLog.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Server.Tests;

public sealed class RestartingBrokerTests : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("clusterlog-restart-").FullName;
    private readonly List<RestartingBroker> _brokers = [];
    private readonly CancellationTokenSource _timeout =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public RestartingBrokerTests() => _timeout.CancelAfter(TimeSpan.FromSeconds(60));

    private CancellationToken Cancellation => _timeout.Token;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_brokers.Select(broker => broker.DisposeAsync().AsTask()));
        _timeout.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Metadata_DamagedWhileTheBrokerRuns_ComesBackAsAnotherReplicaWithoutAnyone()
    {
        await StartAsync();
        var broker = _brokers[1];
        var first = broker.Host;
        var before = await MetadataReplicaAsync(broker);

        DamageMetadata(broker);
        await first.Failure.WaitAsync(Cancellation);
        await WaitUntilAsync(() => !ReferenceEquals(broker.Host, first) || broker.Failure.IsCompleted);
        Assert.False(broker.Failure.IsCompleted);
        await broker.Host.WaitUntilReadyAsync(Cancellation);

        var after = await MetadataReplicaAsync(broker);
        Assert.True(after.IsSameBroker(before) && after.Incarnation > before.Incarnation, $"{before}, then {after}");
        Assert.All(_brokers, other => Assert.False(other.Failure.IsCompleted));
    }

    [Fact]
    public async Task Metadata_DamagedAgainAtOnce_IsLeftToWhoeverRunsTheProcess()
    {
        await StartAsync();
        var broker = _brokers[0];
        var first = broker.Host;
        DamageMetadata(broker);
        await WaitUntilAsync(() => !ReferenceEquals(broker.Host, first) || broker.Failure.IsCompleted);
        await broker.Host.WaitUntilReadyAsync(Cancellation);

        DamageMetadata(broker);

        Assert.IsType<RestartNeededException>(await broker.Failure.WaitAsync(Cancellation));
    }

    private async Task StartAsync()
    {
        foreach (var options in DevCluster.Create(FreePorts.FindBase(), _data))
        {
            _brokers.Add(await RestartingBroker.StartAsync(
                options, NullLoggerFactory.Instance, NullLogger.Instance, TimeProvider.System, diskLayer: null));
        }

        await Task.WhenAll(_brokers.Select(broker => broker.Ready)).WaitAsync(Cancellation);
    }

    private static Task<ReplicaId> MetadataReplicaAsync(RestartingBroker broker) =>
        broker.Host.Shards.AskAsync(GroupId.Metadata, static shard => shard.Find(GroupId.Metadata)!.Identity);

    private static void DamageMetadata(RestartingBroker broker)
    {
        var damage = new CorruptLogException(GroupId.Metadata, StorageLayout.SegmentsFolder, 0, "what was written", "something else");
        Assert.True(broker.Host.Shards.Post(GroupId.Metadata, new DamageWork(GroupId.Metadata, damage)));
    }

    private async Task WaitUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(10, Cancellation);
        }
    }
}
