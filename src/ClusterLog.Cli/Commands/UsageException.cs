namespace ClusterLog.Cli.Commands;

/// <summary>The command line asks for something that makes no sense; exit code 2.</summary>
internal sealed class UsageException : Exception
{
    /// <summary>A whole sentence for the user.</summary>
    public UsageException(string message)
        : base(message)
    {
    }
}
