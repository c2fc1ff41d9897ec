namespace ClusterLog.Cli;

/// <summary>What the process tells its caller; docs/cli.md lists the same numbers.</summary>
internal static class ExitCode
{
    /// <summary>The command did what it was asked to do.</summary>
    public const int Success = 0;

    /// <summary>The command was understood and failed; one line on standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line could not be understood; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>
    /// Ctrl-C or SIGTERM ended the command before its work was complete (128 + SIGINT, as shells count).
    /// </summary>
    public const int Interrupted = 130;
}
