using System.CommandLine;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog topic`: the group of commands about topics.</summary>
internal static class TopicCommand
{
    /// <summary>Builds the group.</summary>
    public static Command Create(CliHost host) => new CliCommand(
        "topic",
        "Create, list, describe, alter and delete topics",
        new("A topic of 6 partitions, each on 3 brokers", "clusterlog topic create orders --partitions 6 --replicas 3"),
        new("What there is", "clusterlog topic list"))
    {
        TopicCreateCommand.Create(host),
        TopicListCommand.Create(host),
        TopicDescribeCommand.Create(host),
        TopicAlterCommand.Create(host),
        TopicDeleteCommand.Create(host),
    };
}
