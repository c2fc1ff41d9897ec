using ClusterLog.Broker.Tests.Cluster;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>One broker with limits so low that a test reaches them soon; its topics are "t" and "neighbour".</summary>
public sealed class TightBroker : IAsyncLifetime
{
    public const int ConnectionsMax = 6;

    internal TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await TestCluster.StartAsync(1, CancellationToken.None, options =>
        {
            var limits = options.Limits;
            limits.FrameBytesMax = 64 << 10;
            limits.RecordBytesMax = 32 << 10;
            limits.ConnectionsMax = ConnectionsMax;
            limits.RequestsInFlightPerConnectionMax = 4;
            limits.BytesWaitingMax = 64 << 10;
            limits.ReplyBytesBufferedMax = 1 << 20;
            limits.HandshakeTimeout = TimeSpan.FromSeconds(2);
            limits.FrameTimeout = TimeSpan.FromSeconds(2);
            limits.WriteTimeout = TimeSpan.FromSeconds(1);
        });
        await Cluster.CreateTopicAsync("t", partitions: 4, replicas: 1, CancellationToken.None);
        await Cluster.CreateTopicAsync("neighbour", partitions: 1, replicas: 1, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
