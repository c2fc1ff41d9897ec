using System.CommandLine;

namespace ClusterLog.Cli.Commands;

/// <summary>`clusterlog completion`: a script for the shell, which asks this program what may come next.</summary>
internal static class CompletionCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CliHost host)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish", HelpName = "bash|zsh|fish" };
        shell.CompletionSources.Add([.. CompletionScript.Shells]);
        shell.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && CompletionScript.For(result.Tokens[0].Value) is null)
            {
                result.AddError($"SHELL must be one of bash, zsh, fish; found '{result.Tokens[0].Value}'.");
            }
        });
        var command = new CliCommand(
            "completion",
            "Print a script that completes commands, options and topics in a shell",
            new("bash, for this session", "source <(clusterlog completion bash)"),
            new("bash, for good", "clusterlog completion bash > ~/.local/share/bash-completion/completions/clusterlog"),
            new("zsh, in a folder of $fpath", "clusterlog completion zsh > ~/.zfunc/_clusterlog"),
            new("fish", "clusterlog completion fish > ~/.config/fish/completions/clusterlog.fish"))
        {
            shell,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await host.Console.WriteAsync(CompletionScript.For(parse.GetRequiredValue(shell))!, cancellationToken);
            return ExitCode.Success;
        });
        return command;
    }
}
