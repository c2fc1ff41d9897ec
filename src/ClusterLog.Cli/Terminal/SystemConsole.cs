using Microsoft.Win32.SafeHandles;

namespace ClusterLog.Cli.Terminal;

/// <summary>Opens the console of this process.</summary>
internal static class SystemConsole
{
    private const int StandardOutputDescriptor = 1;

    /// <summary>Takes the process's standard streams and finds out which of them are terminals.</summary>
    public static CliConsole Open(Func<string, string?> variable)
    {
        var outputIsTerminal = !Console.IsOutputRedirected;
        var errorIsTerminal = !Console.IsErrorRedirected;
        return new CliConsole
        {
            Input = Console.OpenStandardInput(),
            Output = OpenOutput(),
            Error = Console.Error,
            IsInputTerminal = !Console.IsInputRedirected,
            IsOutputTerminal = outputIsTerminal,
            IsErrorTerminal = errorIsTerminal,
            Width = outputIsTerminal || errorIsTerminal ? WindowWidth() : CliConsole.DefaultWidth,
            Palette = Palette.For(outputIsTerminal, variable),
            ErrorPalette = Palette.For(errorIsTerminal, variable),
        };
    }

    /// <summary>
    /// The console's own stream hides that the reader of a pipe went away, and `consume --follow | head` would never
    /// end; a plain file stream reports it. A seekable file keeps the console's stream, because a file stream writes at
    /// a position of its own and would leave the shared one, which the next command in a script goes on from, behind.
    /// </summary>
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return Console.OpenStandardOutput();
        }

        try
        {
            var handle = new SafeFileHandle(StandardOutputDescriptor, ownsHandle: false);
            var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Standard output is closed or is something that cannot be opened this way; the console's stream copes with
            // both.
            return Console.OpenStandardOutput();
        }
    }

    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : CliConsole.DefaultWidth;
        }
        catch (IOException)
        {
            // A terminal that does not tell its size is no reason to fail.
            return CliConsole.DefaultWidth;
        }
    }
}
