using ClusterLog.Broker.Tests.Cluster;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>One broker with the limits as they come, shared by a class of tests; its topics are "t" and "neighbour".</summary>
public sealed class DefaultBroker : IAsyncLifetime
{
    internal TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await TestCluster.StartAsync(1, CancellationToken.None);
        await Cluster.CreateTopicAsync("t", partitions: 4, replicas: 1, CancellationToken.None);
        await Cluster.CreateTopicAsync("neighbour", partitions: 1, replicas: 1, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
