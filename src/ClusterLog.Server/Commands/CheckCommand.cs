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
          clusterlog-server check /disk1/clusterlog /disk2/clusterlog
        """;

    private readonly Argument<string[]> _directories = new("DIR")
    {
        Description = "The broker's data directory, or each of several.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly ServerConsole _console;

    private CheckCommand(ServerConsole console) => _console = console;

    public static Command Create(ServerConsole console)
    {
        var check = new CheckCommand(console);
        var command = new CommandWithExamples("check", "Verify the data directory of a stopped broker.", Examples)
        {
            check._directories,
        };
        command.SetAction(check.Execute);
        return command;
    }

    // Each is checked, whatever is wrong with another; the worst decides.
    private int Execute(ParseResult parsed)
    {
        var directories = parsed.GetValue(_directories)!;
        var code = ExitCode.Stopped;
        foreach (var directory in directories)
        {
            if (directories.Length > 1)
            {
                _console.Output.WriteLine($"{directory}:");
            }

            code = Math.Max(code, Check(directory));
        }

        return code;
    }

    private int Check(string directory)
    {
        try
        {
            return Write(DirectoryCheck.Run(directory, NullLogger.Instance));
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
