using System.CommandLine;

namespace ClusterLog.Cli.Commands;

/// <summary>A line that a reader of the help can copy, and what it does.</summary>
internal readonly record struct CommandExample(string What, string Line);

/// <summary>A command that carries examples for its help.</summary>
internal sealed class CliCommand : Command
{
    /// <summary>A command; its options, arguments and subcommands are added with a collection initializer.</summary>
    public CliCommand(string name, string description, params CommandExample[] examples)
        : base(name, description) => Examples = examples;

    /// <summary>Shown at the end of the help.</summary>
    public IReadOnlyList<CommandExample> Examples { get; }

    /// <summary>A paragraph between the description and the usage, where one line does not say enough.</summary>
    public string? Details { get; set; }
}
