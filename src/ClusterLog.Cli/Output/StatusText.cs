using System.Globalization;
using System.Text;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

namespace ClusterLog.Cli.Output;

/// <summary>
/// The cluster for people: brokers, then groups. A group whose replicas are equal takes one line, since it has one last
/// offset and one checksum; those of any other stand below it, one by one.
/// </summary>
internal static class StatusText
{
    /// <summary>The whole report.</summary>
    public static string Write(ClusterStatus status, ClusterHealth health, Palette palette, bool showReplicas)
    {
        var text = new StringBuilder();
        text.Append("Cluster ").Append(palette.Paint(Tone.Strong, status.ClusterId)).Append(": ")
            .Append(health.IsHealthy
                ? palette.Paint(Tone.Good, "healthy")
                : palette.Paint(Tone.Bad, string.Join(", ", health.Problems)))
            .Append("\n\n");
        Brokers(status).AppendTo(text, palette);
        text.Append('\n');
        Groups(status, health, showReplicas).AppendTo(text, palette);
        return text.ToString();
    }

    /// <summary>A checksum, as everywhere: eight hexadecimal digits.</summary>
    public static string Checksum(uint checksum) => checksum.ToString("x8", CultureInfo.InvariantCulture);

    private static TextTable Brokers(ClusterStatus status)
    {
        var table = new TextTable("BROKER", "CLIENTS", "PEERS", "HTTP", "VERSION", "UPTIME", "STATE");
        foreach (var broker in status.Brokers)
        {
            var state = (broker.IsReachable, broker.Id == status.ControllerId) switch
            {
                (false, _) => new Cell("not reachable: " + (broker.Error ?? "no answer"), Tone.Bad),
                (_, true) => new Cell("controller", Tone.Good),
                _ => new Cell("up", Tone.Good),
            };
            table.Add(
                broker.Id.ToString(),
                broker.Address,
                broker.PeerAddress,
                broker.HttpAddress,
                broker.Version ?? TopicText.Unknown,
                broker.Uptime is { } uptime ? HumanFormat.Duration(uptime) : TopicText.Unknown,
                state);
        }

        return table;
    }

    private static TextTable Groups(ClusterStatus status, ClusterHealth health, bool showReplicas)
    {
        var table = new TextTable(
            ">GROUP",
            "PARTITION",
            "LEADER",
            ">TERM",
            "REPLICA",
            ">LAST INDEX",
            ">LAST OFFSET",
            "CHECKSUM",
            ">LAG",
            ">SIZE",
            "STATE");
        foreach (var group in status.Groups)
        {
            var condition = health.Conditions[group.GroupId];
            if (condition == GroupCondition.Equal && !showReplicas && group.Replicas.Count > 0)
            {
                AddEqual(table, group);
            }
            else
            {
                AddEach(table, group, condition);
            }
        }

        return table;
    }

    private static void AddEqual(TextTable table, GroupStatus group)
    {
        var first = group.Replicas[0];
        AddRow(
            table,
            group,
            new Cell(string.Join(',', group.Replicas.Select(replica => replica.BrokerId.ToString()))),
            first,
            new Cell(group.Replicas.Count == 1 ? "single" : "equal", Tone.Good));
    }

    private static void AddEach(TextTable table, GroupStatus group, GroupCondition condition)
    {
        var state = new Cell(
            condition.ToString().ToLowerInvariant(),
            condition switch
            {
                GroupCondition.Equal => Tone.Good,
                GroupCondition.Behind => Tone.Warning,
                _ => Tone.Bad,
            });
        if (group.Replicas.Count == 0)
        {
            table.Add(
                TopicText.Number(group.GroupId),
                Name(group),
                TopicText.Leader(group.Leader?.Value),
                TopicText.Number(group.Term),
                "none",
                TopicText.Unknown,
                TopicText.Unknown,
                TopicText.Unknown,
                TopicText.Unknown,
                TopicText.Unknown,
                state);
            return;
        }

        var farthest = group.Replicas.Max(replica => replica.NextOffset.Value);
        for (var i = 0; i < group.Replicas.Count; i++)
        {
            var replica = group.Replicas[i];
            var role = replica.Role.ToString().ToLowerInvariant();
            var behind = replica.NextOffset.Value < farthest ? Tone.Warning : Tone.Plain;
            var tone = replica.Role == ReplicaRole.Failed ? Tone.Bad : behind;
            AddRow(
                table,
                i == 0 ? group : null,
                new Cell($"{replica.BrokerId} {role}", tone),
                replica,
                i == 0 ? state : "");
        }
    }

    /// <summary>One line: the group's own columns stay empty below its first replica.</summary>
    private static void AddRow(TextTable table, GroupStatus? group, Cell who, ReplicaStatus replica, Cell state) =>
        table.Add(
            group is null ? "" : TopicText.Number(group.GroupId),
            group is null ? "" : Name(group),
            group is null ? "" : TopicText.Leader(group.Leader?.Value),
            group is null ? "" : TopicText.Number(group.Term),
            who,
            TopicText.Number(replica.LastIndex),
            LastOffset(replica),
            Checksum(replica.Checksum),
            TopicText.Number(replica.Lag),
            HumanFormat.Bytes(replica.SizeBytes),
            state);

    private static string Name(GroupStatus group) =>
        group.Topic is null
            ? "(metadata)"
            : string.Create(CultureInfo.InvariantCulture, $"{group.Topic}/{group.Partition}");

    private static string LastOffset(ReplicaStatus replica) =>
        replica.NextOffset.Value == 0 ? "-" : TopicText.Number(replica.NextOffset.Value - 1);
}
