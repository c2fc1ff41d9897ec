using ClusterLog.Client;

namespace ClusterLog.Cli.Output;

/// <summary>A verdict on a cluster's state, for people, programs and the exit code alike.</summary>
/// <param name="Problems">What is wrong, in words; empty when nothing is.</param>
/// <param name="Conditions">The condition of each group, by its id.</param>
internal sealed record ClusterHealth(
    IReadOnlyList<string> Problems, IReadOnlyDictionary<long, GroupCondition> Conditions)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsHealthy => Problems.Count == 0;

    /// <summary>Judges a state.</summary>
    public static ClusterHealth Of(ClusterStatus status)
    {
        var conditions = status.Groups.ToDictionary(group => group.GroupId, ConditionOf);
        var problems = new List<string>();
        Add(problems, status.Brokers.Count(broker => !broker.IsReachable), "broker", "not reachable");
        if (status.ControllerId is not { Value: not 0 })
        {
            problems.Add("no controller");
        }

        Add(problems, Count(GroupCondition.Leaderless), "group", "without a leader");
        Add(problems, Count(GroupCondition.Failed), "group", "with a failed replica");
        Add(problems, Count(GroupCondition.Differ), "group", "with replicas that differ");
        return new ClusterHealth(problems, conditions);

        int Count(GroupCondition condition) => conditions.Values.Count(value => value == condition);
    }

    private static void Add(List<string> problems, int count, string noun, string what)
    {
        if (count > 0)
        {
            problems.Add($"{HumanFormat.Count(count, noun)} {what}");
        }
    }

    /// <summary>
    /// Brokers answer one after the other, so replicas are compared only where they have applied equally many records:
    /// there, other records are a fault and not a matter of time.
    /// </summary>
    private static GroupCondition ConditionOf(GroupStatus group)
    {
        if (group.Replicas.GroupBy(replica => replica.NextOffset).Any(HasDifferentChecksums))
        {
            return GroupCondition.Differ;
        }

        if (group.Replicas.Any(replica => replica.Role == ReplicaRole.Failed))
        {
            return GroupCondition.Failed;
        }

        if (group.Leader is not { Value: not 0 })
        {
            return GroupCondition.Leaderless;
        }

        var isEven = group.Replicas.Select(replica => replica.NextOffset).Distinct().Count() <= 1
            && group.Replicas.All(replica => replica.Lag is null or 0);
        return isEven ? GroupCondition.Equal : GroupCondition.Behind;
    }

    private static bool HasDifferentChecksums(IEnumerable<ReplicaStatus> replicas) =>
        replicas.Select(replica => replica.Checksum).Distinct().Count() > 1;
}
