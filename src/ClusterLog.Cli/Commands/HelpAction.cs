using System.CommandLine;
using System.CommandLine.Invocation;
using ClusterLog.Cli.Output;

namespace ClusterLog.Cli.Commands;

/// <summary>What --help does.</summary>
internal sealed class HelpAction : SynchronousCommandLineAction
{
    private readonly CliHost _host;

    /// <summary>Help on the host's console.</summary>
    public HelpAction(CliHost host) => _host = host;

    /// <summary>A line with --help is never wrong.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var console = _host.Console;
        parseResult.InvocationConfiguration.Output.Write(
            HelpText.Write(parseResult.CommandResult.Command, console.Palette, console.Width));
        return ExitCode.Success;
    }
}
