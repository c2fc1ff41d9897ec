using System.CommandLine;
using ClusterLog.Storage;
using ClusterLog.Storage.Checking;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Server.Commands;

/// <summary>`check`: verifies the data directory of a broker that does not run, and changes nothing.</summary>
internal sealed class CheckCommand
{
    private const string Examples =
        """
        Every file is read through and held against its checksums, and against what the others say. A start of the
        broker verifies less, and needs none of this: it isolates damage by itself.

        The exit code is 0 when all is well, 1 when something is damaged, 2 when the directory cannot be checked, such as
        while its broker runs.

        Examples:
          clusterlog-server check /var/lib/clusterlog
        """;

    private readonly Argument<string> _directory = new("DIR") { Description = "The broker's data directory." };
    private readonly ServerConsole _console;

    private CheckCommand(ServerConsole console) => _console = console;

    public static Command Create(ServerConsole console)
    {
        var check = new CheckCommand(console);
        var command = new CommandWithExamples("check", "Verify the data directory of a stopped broker.", Examples)
        {
            check._directory,
        };
        command.SetAction(check.Execute);
        return command;
    }

    private int Execute(ParseResult parsed)
    {
        try
        {
            return Write(DirectoryCheck.Run(parsed.GetValue(_directory)!, NullLogger.Instance));
        }
        catch (Exception error) when (error is DataDirectoryException or IOException or UnauthorizedAccessException)
        {
            _console.Error.WriteLine($"clusterlog-server: cannot check: {error.Message}");
            return ExitCode.Usage;
        }
    }

    private int Write(CheckResult result)
    {
        foreach (var line in result.Lines())
        {
            _console.Output.WriteLine(line);
        }

        return result.Findings.Count == 0 ? ExitCode.Stopped : ExitCode.Failed;
    }
}
