using ClusterLog.Cli.Terminal;

namespace ClusterLog.Cli.Records;

/// <summary>Where the lines come from: a file, or standard input.</summary>
internal sealed class InputFile : IDisposable
{
    private readonly bool _owned;

    private InputFile(Stream stream, long? length, bool owned)
    {
        Stream = stream;
        Length = length;
        _owned = owned;
    }

    /// <summary>The bytes, unbuffered.</summary>
    public Stream Stream { get; }

    /// <summary>How many bytes there will be; null where that cannot be known.</summary>
    public long? Length { get; }

    /// <summary>Opens the file; no path or "-" is standard input.</summary>
    public static InputFile Open(string? path, CliConsole console)
    {
        if (path is null or "-")
        {
            return new InputFile(console.Input, null, owned: false);
        }

        var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0,
            FileOptions.SequentialScan);
        return new InputFile(stream, stream.CanSeek ? stream.Length : null, owned: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_owned)
        {
            Stream.Dispose();
        }
    }
}
