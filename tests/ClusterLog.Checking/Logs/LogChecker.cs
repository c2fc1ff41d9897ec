using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Logs;

/// <summary>
/// Judges the history of a partitioned log: what was sent and acknowledged, what consumers got, and what the log holds
/// in the end. Time and memory are linear in the history, but for sorting.
/// </summary>
public static class LogChecker
{
    /// <summary>Checks every partition.</summary>
    /// <param name="history">What happened.</param>
    /// <param name="examplesMax">How many anomalies of each kind the report describes.</param>
    /// <exception cref="ArgumentException">The history breaks its own rules: a value was sent twice to a partition, or
    /// acknowledged without an offset.</exception>
    public static LogReport Check(LogHistory history, int examplesMax = 5)
    {
        var report = new LogReport(examplesMax);
        var produces = history.Produces.ToLookup(o => o.Partition);
        var polls = history.Polls.ToLookup(o => o.Partition);
        var seeks = history.Seeks.ToLookup(o => o.Partition);
        var finals = history.FinalReads.ToLookup(o => o.Partition);
        var leaders = history.LeaderChanges.ToLookup(o => o.Partition);
        var partitions = produces.Select(g => g.Key).Concat(polls.Select(g => g.Key)).Concat(finals.Select(g => g.Key));
        foreach (var partition in partitions.Distinct().Order(StringComparer.Ordinal))
        {
            var check = new PartitionCheck(
                report,
                partition,
                Sent(partition, produces[partition]),
                [.. polls[partition]],
                [.. seeks[partition]],
                FinalLog.Join(finals[partition]),
                [.. leaders[partition]]);
            check.Run();
        }

        return report;
    }

    private static Dictionary<long, ProduceOperation> Sent(string partition, IEnumerable<ProduceOperation> produces)
    {
        var sent = new Dictionary<long, ProduceOperation>();
        foreach (var produce in produces)
        {
            if (!sent.TryAdd(produce.Value, produce))
            {
                throw new ArgumentException($"Value {produce.Value} was sent twice to {partition}; values must be unique.");
            }

            if (produce is { Outcome: Outcome.Ok, Offset: null })
            {
                throw new ArgumentException($"Value {produce.Value} of {partition} was acknowledged without an offset.");
            }
        }

        return sent;
    }
}
