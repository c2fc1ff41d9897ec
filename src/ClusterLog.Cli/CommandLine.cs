using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ClusterLog.Cli.Commands;
using ClusterLog.Cli.Output;
using ClusterLog.Cli.Records;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;
using HelpAction = ClusterLog.Cli.Commands.HelpAction;

namespace ClusterLog.Cli;

/// <summary>
/// From arguments to an exit code. Everything a command throws becomes one line on standard error here.
/// </summary>
internal sealed class CommandLine
{
    /// <summary>What the program is called in its own texts.</summary>
    public const string ProgramName = "clusterlog";

    private readonly CliHost _host;
    private readonly RootCommand _root;

    /// <summary>Builds all commands.</summary>
    public CommandLine(CliHost host)
    {
        _host = host;
        _root = new RootCommand(
            "ClusterLog on the command line: topics, records, the state of the cluster, benchmarks.")
        {
            TopicCommand.Create(host),
            ProduceCommand.Create(host),
            ConsumeCommand.Create(host),
            GetCommand.Create(host),
            PartitionCommand.Create(host),
            RebalanceCommand.Create(host),
            ClusterCommand.Create(host),
            BenchCommand.Create(host),
            CompletionCommand.Create(host),
        };
        GlobalOptions.All.ToList().ForEach(_root.Options.Add);
        var libraryHelp = _root.Options.OfType<HelpOption>().Single();
        _root.Options.Remove(libraryHelp);
        _root.Options.Add(new HelpOption("--help", "-h")
        {
            Description = "Show this help",
            Action = new HelpAction(host),
            Recursive = true,
        });
        _root.Options.OfType<VersionOption>().Single().Description = "Show the version";
    }

    /// <summary>Parses the arguments; errors are in the result.</summary>
    public ParseResult Parse(IReadOnlyList<string> arguments) => _root.Parse(arguments);

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var parse = Parse(arguments);
        var isVerbose = parse.GetResult(GlobalOptions.Verbose) is { Implicit: false };
        try
        {
            return parse.Action is ParseErrorAction
                ? await RefuseAsync(parse, arguments, cancellationToken)
                : await InvokeAsync(parse, cancellationToken);
        }
        catch (Exception e) when (!isVerbose || e is UsageException or IOException or OperationCanceledException)
        {
            return await ReportAsync(e, cancellationToken);
        }
        catch (Exception e)
        {
            var exitCode = await ReportAsync(e, cancellationToken);
            await _host.Console.Error.WriteLineAsync(e.ToString());
            return exitCode;
        }
    }

    private async Task<int> InvokeAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var output = new StringWriter();
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,

            // Signals are ours: a command may need longer than the library allows to flush what is in flight.
            ProcessTerminationTimeout = null,
            Output = output,
            Error = _host.Console.Error,
        };
        var exitCode = await parse.InvokeAsync(configuration, cancellationToken);

        // Help, version and suggestions are written by the library, into a text; commands write to the console
        // themselves.
        if (output.GetStringBuilder() is { Length: > 0 } text)
        {
            await _host.Console.WriteAsync(text.ToString(), CancellationToken.None);
        }

        return exitCode;
    }

    /// <summary>The program alone shows its help; a line that cannot be understood gets its reasons, shortly.</summary>
    private async Task<int> RefuseAsync(
        ParseResult parse, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var console = _host.Console;
        var command = parse.CommandResult.Command;
        if (arguments.Count == 0)
        {
            await console.WriteAsync(HelpText.Write(command, console.Palette, console.Width), cancellationToken);
            return ExitCode.Success;
        }

        foreach (var message in UsageErrors.Of(parse))
        {
            await console.Error.WriteLineAsync(
                ErrorText.Line(new ErrorReport(null, message, null), console.ErrorPalette));
        }

        var path = HelpText.Usage(command).Split(" COMMAND")[0].Split(" [")[0];
        await console.Error.WriteLineAsync($"usage: {HelpText.Usage(command)}");
        await console.Error.WriteLineAsync($"See `{UsageErrors.HelpLine(path)}`.");
        return ExitCode.Usage;
    }

    private async Task<int> ReportAsync(Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case IOException e when BrokenPipe.Caused(e):
                // The reader of our output has what it wanted.
                return ExitCode.Success;
            case OperationCanceledException when cancellationToken.IsCancellationRequested:
                return ExitCode.Interrupted;
        }

        var report = exception switch
        {
            ClusterLogException e => ErrorReport.Of(e),
            UsageException e => new ErrorReport(null, e.Message, null),
            LineTooLongException e => new ErrorReport("LineTooLong", e.Message, null),
            IOException or UnauthorizedAccessException => new ErrorReport("InputOutput", exception.Message, null),
            _ => new ErrorReport(
                "Internal", $"{exception.GetType().Name}: {exception.Message}", "Run again with --verbose."),
        };
        await _host.Console.Error.WriteLineAsync(ErrorText.Line(report, _host.Console.ErrorPalette));
        return exception is UsageException ? ExitCode.Usage : ExitCode.Failed;
    }
}
