using System.Globalization;
using System.Text;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

namespace ClusterLog.Cli.Output;

/// <summary>Topics for people.</summary>
internal static class TopicText
{
    /// <summary>What stands where nobody could be asked.</summary>
    public const string Unknown = "?";

    /// <summary>A topic's settings.</summary>
    public static string Settings(IEnumerable<KeyValuePair<string, string>> settings) =>
        string.Join(", ", settings.Select(setting => $"{setting.Key}={setting.Value}"));

    /// <summary>One topic and its partitions.</summary>
    public static string Describe(TopicDescription topic, Palette palette)
    {
        var text = new StringBuilder();
        var records = topic.Partitions.Sum(partition => Records(partition) ?? 0);
        text.Append(palette.Paint(Tone.Strong, topic.Name))
            .Append(": ").Append(HumanFormat.Count(topic.Partitions.Count, "partition"))
            .Append(", ").Append(HumanFormat.Count(topic.ReplicaCount, "replica"))
            .Append(", ").Append(HumanFormat.Count(records, "record")).Append('\n');
        if (topic.Config.Count > 0)
        {
            text.Append(Settings(topic.Config)).Append('\n');
        }

        text.Append('\n');
        var table = new TextTable(">PARTITION", "LEADER", ">TERM", "REPLICAS", ">EARLIEST", ">LATEST", ">RECORDS");
        foreach (var partition in topic.Partitions)
        {
            table.Add(
                Number(partition.Partition),
                Leader(partition.Leader?.Value),
                Number(partition.LeaderTerm),
                string.Join(',', partition.Replicas.Select(replica => replica.ToString())),
                Number(partition.EarliestOffset?.Value),
                Number(partition.LatestOffset?.Value),
                Number(Records(partition)));
        }

        table.AppendTo(text, palette);
        return text.ToString();
    }

    /// <summary>All topics, one a line.</summary>
    public static string List(IReadOnlyList<TopicSummary> topics, Palette palette)
    {
        var text = new StringBuilder();
        var table = new TextTable("TOPIC", ">PARTITIONS", ">REPLICAS", ">LEADERLESS");
        foreach (var topic in topics)
        {
            var tone = topic.LeaderlessPartitions == 0 ? Tone.Plain : Tone.Bad;
            table.Add(
                topic.Name,
                Number(topic.PartitionCount),
                Number(topic.ReplicaCount),
                new Cell(Number(topic.LeaderlessPartitions), tone));
        }

        table.AppendTo(text, palette);
        return text.ToString();
    }

    /// <summary>A leader, or that there is none.</summary>
    public static Cell Leader(int? broker) =>
        broker is { } id and not 0 ? new Cell(Number(id)) : new Cell("none", Tone.Bad);

    /// <summary>A number as programs like it, or that it is unknown.</summary>
    public static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? Unknown;

    private static long? Records(PartitionDescription partition) =>
        partition.LatestOffset is { } latest && partition.EarliestOffset is { } earliest ? latest - earliest : null;
}
