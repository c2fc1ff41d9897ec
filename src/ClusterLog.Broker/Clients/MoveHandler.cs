using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Moves;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol.Messages;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Clients;

/// <summary>Moves partitions, and tells how far they are. Any broker takes these: the metadata service finds the controller.</summary>
internal sealed class MoveHandler(ClientServices services)
{
    public async Task MoveAsync(ClientRequest request, MovePartitionRequest body)
    {
        if (services.Metadata.Snapshot.FindPartition(body.Topic, body.Partition) is not { } partition)
        {
            var (code, message) = services.Metadata.UnknownPartition(body.Topic, body.Partition);
            throw new BrokerException(code, message);
        }

        MetadataCommand command = body.Brokers.Count == 0
            ? new CancelMoveCommand(partition.Group)
            : new AssignReplicasCommand(partition.Group, [.. body.Brokers])
            {
                AskedAt = services.Time.GetUtcNow().ToUnixTimeMilliseconds(),
            };
        var snapshot = await services.MetadataService.ChangeAsync(
            command, $"{partition} is assigned", Timeout(body.TimeoutMs), request.Connection.Closed);
        var assigned = snapshot.ByGroup.GetValueOrDefault(partition.Group) ?? partition;
        request.Succeed(new MovePartitionResponse(Brokers(assigned), assigned.IsMoving));
    }

    public async Task ListAsync(ClientRequest request)
    {
        var moving = MovePlanner.InOrder(services.Metadata.Snapshot).Where(static partition => partition.IsMoving);
        request.Succeed(new ListMovesResponse(await Task.WhenAll(moving.Select(DescribeAsync))));
    }

    public async Task RebalanceAsync(ClientRequest request, RebalanceRequest body)
    {
        var snapshot = body.Execute
            ? await services.MetadataService.ChangeAsync(
                new SetRebalancingCommand(true), "The rebalancing has begun", Timeout(body.TimeoutMs), request.Connection.Closed)
            : services.Metadata.Snapshot;
        var reachable = snapshot.Brokers.Keys.Where(IsReachable).ToHashSet();
        request.Succeed(new RebalanceResponse([.. RebalancePlan.Compute(snapshot, reachable).Select(static move => new MovingPartition(
            move.Partition.Topic, move.Partition.Partition, Brokers(move.Partition), [.. move.Brokers], 0, 0, []))]));
    }

    public async Task ResizeAsync(ClientRequest request, ResizeTopicRequest body)
    {
        var timeout = Timeout(body.TimeoutMs);
        if (body.Replicas != 0)
        {
            await services.MetadataService.ChangeAsync(
                new SetReplicaCountCommand(body.Name, body.Replicas),
                $"Topic '{body.Name}' is to have {body.Replicas} replicas of each partition",
                timeout,
                request.Connection.Closed);
        }

        if (body.Partitions != 0)
        {
            await services.MetadataService.ChangeAsync(
                new AddPartitionsCommand(body.Name, body.Partitions, []),
                $"Topic '{body.Name}' has {body.Partitions} partitions",
                timeout,
                request.Connection.Closed);
        }

        var topic = await services.MetadataService.WaitForLeadersAsync(body.Name, timeout, request.Connection.Closed);
        request.Succeed(new ResizeTopicResponse(topic.Partitions.Length, topic.ReplicaCount));
    }

    private static int[] Brokers(PartitionInfo partition) => [.. partition.Replicas.Select(static replica => replica.Value)];

    private bool IsReachable(int broker) =>
        broker == services.Options.BrokerId || services.Peers.IsConnected(new ReplicaId(broker));

    private async Task<MovingPartition> DescribeAsync(PartitionInfo partition)
    {
        var learners = await services.Shards.AskAsync(
            partition.Group, shard => shard.Find(partition.Group) is { Leads: true } leader ? Learners(leader, partition) : null);
        return new MovingPartition(
            partition.Topic,
            partition.Partition,
            partition.MovesFrom,
            Brokers(partition),
            partition.MovingSince,
            learners is null ? 0 : services.Options.BrokerId,
            learners ?? []);
    }

    /// <summary>Those that are to vote and do not yet, as their leader sees them.</summary>
    private static List<LearningReplica> Learners(Replica leader, PartitionInfo partition)
    {
        var (first, last) = (leader.Log.FirstIndex.Value, leader.Log.LastIndex.Value);
        var entries = Math.Max(1, last + 1 - Math.Min(first, last));
        var learners = new List<LearningReplica>();
        foreach (var replica in partition.Replicas)
        {
            if (!leader.Configuration.IsVoter(replica))
            {
                var match = leader.Configuration.Contains(replica) ? leader.Progress(replica).Match.Value : 0;
                var behind = last - Math.Min(last, Math.Max(match, first - Math.Min(first, 1)));
                learners.Add(new LearningReplica(
                    replica.Value, (long)behind, (long)((double)leader.Log.StoredBytes * behind / entries)));
            }
        }

        return learners;
    }

    private TimeSpan Timeout(int milliseconds) => milliseconds <= 0
        ? services.Options.Topics.CreateTimeout
        : TimeSpan.FromMilliseconds(milliseconds);
}
