using System.CommandLine;
using ClusterLog.Server.Configuration;

namespace ClusterLog.Server.Commands;

/// <summary>The command line: `run`, `dev` and `check`.</summary>
internal static class ServerCommand
{
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, ServerConsole console)
    {
        var run = new RunCommand(console);
        var root = new RootCommand("ClusterLog server: a durable, replicated log service.")
        {
            run.Command,
            DevCommand.Create(console),
            CheckCommand.Create(console),
        };
        HelpWithExamples.AddTo(root);
        var parsed = root.Parse(args);
        var errors = parsed.Action is HelpWithExamples ? [] : CommandLineErrors.Of(parsed);
        if (errors.Count > 0)
        {
            // What is wrong with the configuration beside is told in the same breath.
            ConfigurationText.WriteErrors(
                console.Error, [.. errors, .. run.IsChosen(parsed) ? run.Load(parsed).Errors : []]);
            return ExitCode.Usage;
        }

        // Signals are ours: System.CommandLine would end the process after two seconds.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = console.Output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }
}
