using ClusterLog.Cli.Terminal;

namespace ClusterLog.Cli.Output;

/// <summary>Failures for people, on one line, which a log or a terminal keeps together.</summary>
internal static class ErrorText
{
    /// <summary>In the form <c>error: Code: message hint</c>.</summary>
    public static string Line(ErrorReport report, Palette palette)
    {
        var message = string.Join(
            ' ', report.Message.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        var end = message.Length > 0 && char.IsPunctuation(message[^1]) ? string.Empty : ".";
        var hint = report.Hint is null ? string.Empty : " " + report.Hint;
        var code = report.Code is null ? string.Empty : palette.Paint(Tone.Strong, report.Code) + ": ";
        return $"{palette.Paint(Tone.Bad, "error:")} {code}{message}{end}{hint}";
    }
}
