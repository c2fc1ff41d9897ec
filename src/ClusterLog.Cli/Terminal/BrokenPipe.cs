namespace ClusterLog.Cli.Terminal;

/// <summary>
/// Tells the end of the reader of a pipe (`clusterlog consume T | head`) from a real failure to write.
/// </summary>
internal static class BrokenPipe
{
    private const int Epipe = 32;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsNoData = unchecked((int)0x800700E8);

    /// <summary>
    /// Whether the exception says that nobody reads the stream any more. On Unix its HResult is the errno.
    /// </summary>
    public static bool Caused(IOException exception) =>
        exception.HResult is Epipe or WindowsBrokenPipe or WindowsNoData;
}
