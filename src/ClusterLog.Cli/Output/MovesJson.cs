using ClusterLog.Client;

namespace ClusterLog.Cli.Output;

/// <summary>Partitions that move, as `partition moves` and `rebalance` write them.</summary>
internal sealed record MovesJson(IReadOnlyList<MoveJson> Moves)
{
    /// <summary>Takes over what the client told.</summary>
    public static MovesJson From(IReadOnlyList<PartitionMove> moves) => new(
        [
            .. moves.Select(static move => new MoveJson(
                move.Partition.Topic,
                move.Partition.Partition,
                [.. move.From.Select(static broker => broker.Value)],
                [.. move.To.Select(static broker => broker.Value)],
                move.Since,
                move.Learners?.Select(static learner => new LearnerJson(
                    learner.Broker.Value, learner.EntriesBehind, learner.BytesBehind)).ToArray())),
        ]);
}

/// <summary>One of them.</summary>
internal sealed record MoveJson(
    string Topic,
    int Partition,
    IReadOnlyList<int> From,
    IReadOnlyList<int> To,
    DateTimeOffset? Since,
    IReadOnlyList<LearnerJson>? Learners);

/// <summary>A replica that fills itself.</summary>
internal sealed record LearnerJson(int Broker, long EntriesBehind, long BytesBehind);

/// <summary>What `partition move` and `partition cancel` write; no brokers: it goes back.</summary>
internal sealed record PartitionMovedJson(string Topic, int Partition, IReadOnlyList<int> To);
