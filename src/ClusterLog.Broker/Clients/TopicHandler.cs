using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Clients;

/// <summary>Creates, alters, deletes and describes topics. Any broker takes these: the metadata service finds the controller.</summary>
internal sealed class TopicHandler(ClientServices services)
{
    public async Task CreateAsync(ClientRequest request, CreateTopicRequest body)
    {
        var topic = await services.MetadataService.CreateTopicAsync(
            body.Name,
            body.Partitions,
            body.Replicas,
            TopicConfigText.Parse(body.Config),
            Timeout(body.TimeoutMs),
            request.Connection.Closed);
        request.Succeed(new CreateTopicResponse(topic.Partitions.Length, topic.ReplicaCount));
    }

    public async Task AlterAsync(ClientRequest request, AlterTopicRequest body)
    {
        var config = await services.MetadataService.AlterTopicAsync(
            body.Name, TopicConfigText.ParseChange(body.Config), Timeout(body.TimeoutMs), request.Connection.Closed);
        request.Succeed(new AlterTopicResponse(TopicConfigText.Format(config)));
    }

    public async Task DeleteAsync(ClientRequest request, DeleteTopicRequest body)
    {
        await services.MetadataService.DeleteTopicAsync(body.Name, Timeout(body.TimeoutMs), request.Connection.Closed);
        request.Succeed(new DeleteTopicResponse());
    }

    public async Task DescribeAsync(ClientRequest request, DescribeTopicRequest body)
    {
        if (!services.Metadata.Snapshot.Topics.TryGetValue(body.Name, out var topic))
        {
            var (code, message) = services.Metadata.UnknownPartition(body.Name, partition: 0);
            throw new BrokerException(code, message);
        }

        var partitions = await Task.WhenAll(topic.Partitions.Select(DescribeAsync));
        request.Succeed(new DescribeTopicResponse(topic.Name, topic.ReplicaCount, partitions)
        {
            Config = TopicConfigText.Format(topic.Config),
        });
    }

    private async Task<DescribedPartition> DescribeAsync(PartitionInfo partition)
    {
        var (leader, term) = services.Leaders.LeaderOf(partition.Group);
        var (earliest, latest) = await services.Shards.AskAsync(partition.Group, shard =>
            shard.Find(partition.Group)?.Machine is Partition state
                ? (state.FirstOffset, state.HighWatermark)
                : (-1L, -1L));
        return new DescribedPartition(
            partition.Partition,
            leader.Value,
            term.Value,
            [.. partition.Replicas.Select(replica => replica.Value)],
            earliest,
            latest);
    }

    private TimeSpan Timeout(int milliseconds) => milliseconds <= 0
        ? services.Options.Topics.CreateTimeout
        : TimeSpan.FromMilliseconds(milliseconds);
}
