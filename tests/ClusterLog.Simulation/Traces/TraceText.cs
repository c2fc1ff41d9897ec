using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace ClusterLog.Simulation.Traces;

/// <summary>Builds a line of a trace only where somebody reads it.</summary>
[InterpolatedStringHandler]
internal readonly struct TraceText
{
    private readonly StringBuilder? _text;

    public TraceText(int literalLength, int formattedCount, Trace trace, out bool isWanted)
    {
        isWanted = trace.IsReadable;
        _text = isWanted ? new StringBuilder(literalLength + (formattedCount * 8)) : null;
    }

    public void AppendLiteral(string value) => _text!.Append(value);

    public void AppendFormatted<T>(T value) => _text!.Append(CultureInfo.InvariantCulture, $"{value}");

    public void AppendFormatted<T>(T value, string format) =>
        _text!.Append(((IFormattable)value!).ToString(format, CultureInfo.InvariantCulture));

    public override string ToString() => _text?.ToString() ?? "";
}
