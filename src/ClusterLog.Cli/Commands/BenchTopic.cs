using ClusterLog.Cli.Connection;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Commands;

/// <summary>The topic of a benchmark: there, and led.</summary>
internal static class BenchTopic
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LeadersMax = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Finds or creates the topic and waits until each partition has a leader: an election is not what is measured.
    /// </summary>
    public static async Task<(TopicDescription Topic, bool IsCreated)> EnsureAsync(
        ICluster cluster, BenchProduceRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        var isCreated = false;
        TopicDescription topic;
        try
        {
            topic = await cluster.DescribeTopicAsync(request.Topic, cancellationToken);
        }
        catch (ClusterLogException e) when (e.Code == ErrorCode.UnknownTopic)
        {
            isCreated = true;
            topic = await cluster.CreateTopicAsync(
                request.Topic,
                new CreateTopicOptions { Partitions = request.Partitions, Replicas = request.Replicas },
                cancellationToken);
        }

        var started = time.GetTimestamp();
        while (topic.Partitions.Any(partition => partition.Leader is not { Value: not 0 }))
        {
            if (time.GetElapsedTime(started) > LeadersMax)
            {
                var leaderless = topic.Partitions.First(partition => partition.Leader is not { Value: not 0 });
                throw new ClusterLogException(
                    ErrorCode.LeaderNotAvailable,
                    $"Partition {leaderless.Partition} of topic '{topic.Name}' has no leader.");
            }

            await Task.Delay(Poll, time, cancellationToken);
            topic = await cluster.DescribeTopicAsync(request.Topic, cancellationToken);
        }

        return (topic, isCreated);
    }
}
