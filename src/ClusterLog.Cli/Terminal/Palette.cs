namespace ClusterLog.Cli.Terminal;

/// <summary>How a piece of text is meant; the palette decides whether and how that shows.</summary>
internal enum Tone
{
    Plain,
    Strong,
    Dim,
    Good,
    Warning,
    Bad,
}

/// <summary>
/// ANSI colours, or none: none when the stream is no terminal, when NO_COLOR is set to anything (https://no-color.org),
/// or when TERM is "dumb".
/// </summary>
internal sealed class Palette
{
    private readonly bool _enabled;

    private Palette(bool enabled) => _enabled = enabled;

    /// <summary>No colours.</summary>
    public static Palette Plain { get; } = new(false);

    /// <summary>The sixteen colours every terminal has.</summary>
    public static Palette Ansi { get; } = new(true);

    /// <summary>Decides by the stream and the environment.</summary>
    public static Palette For(bool isTerminal, Func<string, string?> variable) =>
        isTerminal && string.IsNullOrEmpty(variable("NO_COLOR")) && variable("TERM") != "dumb" ? Ansi : Plain;

    /// <summary>The text, between the escape sequences of its tone.</summary>
    public string Paint(Tone tone, string text) => _enabled && tone != Tone.Plain && text.Length > 0
        ? $"\e[{Code(tone)}m{text}\e[0m"
        : text;

    private static string Code(Tone tone) => tone switch
    {
        Tone.Strong => "1",
        Tone.Dim => "2",
        Tone.Good => "32",
        Tone.Warning => "33",
        _ => "31",
    };
}
