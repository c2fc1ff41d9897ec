using System.Text;
using ClusterLog.Cli.Records;

namespace ClusterLog.Cli.Terminal;

/// <summary>
/// The three standard streams and what stands behind them. Commands see only this, so that a test can give them memory
/// instead.
/// </summary>
internal sealed class CliConsole
{
    /// <summary>The width assumed where no terminal tells one.</summary>
    public const int DefaultWidth = 100;

    /// <summary>Standard input, unbuffered.</summary>
    public required Stream Input { get; init; }

    /// <summary>
    /// Standard output, unbuffered; a write to a reader that went away throws (see <see cref="BrokenPipe"/>).
    /// </summary>
    public required Stream Output { get; init; }

    /// <summary>Standard error: messages, progress, questions. Never the data that was asked for.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether somebody may be typing at standard input.</summary>
    public bool IsInputTerminal { get; init; }

    /// <summary>Whether somebody looks at standard output.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Whether somebody looks at standard error; progress is drawn only then.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = DefaultWidth;

    /// <summary>Colours for standard output.</summary>
    public Palette Palette { get; init; } = Palette.Plain;

    /// <summary>Colours for standard error.</summary>
    public Palette ErrorPalette { get; init; } = Palette.Plain;

    /// <summary>Writes a piece of finished text to standard output as UTF-8.</summary>
    public async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await Output.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await Output.FlushAsync(cancellationToken);
    }

    /// <summary>Asks on standard error and reads one line from standard input; null at the end of the input.</summary>
    public async Task<string?> AskAsync(string question, CancellationToken cancellationToken)
    {
        await Error.WriteAsync(question.AsMemory(), cancellationToken);
        await Error.FlushAsync(cancellationToken);
        var lines = new LineReader(Input);
        ReadOnlyMemory<byte> line;
        while (!lines.TryReadLine(out line))
        {
            if (!await lines.FillAsync(cancellationToken))
            {
                return null;
            }
        }

        return Encoding.UTF8.GetString(line.Span);
    }
}
