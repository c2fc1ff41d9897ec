namespace ClusterLog.Checking.Logs;

/// <summary>What happened to a partitioned log. The order within a list breaks ties between equal times.</summary>
public sealed class LogHistory
{
    public IReadOnlyList<ProduceOperation> Produces { get; init; } = [];

    public IReadOnlyList<PollOperation> Polls { get; init; } = [];

    public IReadOnlyList<SeekOperation> Seeks { get; init; } = [];

    public IReadOnlyList<FinalRead> FinalReads { get; init; } = [];

    public IReadOnlyList<LeaderChange> LeaderChanges { get; init; } = [];
}
