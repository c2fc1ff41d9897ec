using System.CommandLine;

namespace ClusterLog.Server.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class CommandWithExamples : Command
{
    public CommandWithExamples(string name, string description, string examples)
        : base(name, description) => Examples = examples;

    public string Examples { get; }
}
