using System.Text;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Output;

/// <summary>Partitions that move, as text.</summary>
internal static class MovesText
{
    /// <summary>A line for each; or one that there are none.</summary>
    public static string Write(IReadOnlyList<PartitionMove> moves, Palette palette, string none)
    {
        if (moves.Count == 0)
        {
            return none + "\n";
        }

        var table = new TextTable("TOPIC", ">PARTITION", "FROM", "TO", "SINCE", ">ENTRIES BEHIND", ">BYTES BEHIND");
        foreach (var move in moves)
        {
            table.Add(
                move.Partition.Topic,
                HumanFormat.Count(move.Partition.Partition),
                Brokers(move.From),
                Brokers(move.To),
                move.Since?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) ?? "-",
                move.Learners is { } some ? HumanFormat.Count(some.Sum(static learner => learner.EntriesBehind)) : "-",
                move.Learners is { } all ? HumanFormat.Bytes(all.Sum(static learner => learner.BytesBehind)) : "-");
        }

        var text = new StringBuilder();
        table.AppendTo(text, palette);
        return text.ToString();
    }

    private static string Brokers(IReadOnlyList<BrokerId> brokers) => string.Join(',', brokers.Select(static broker => broker.Value));
}
