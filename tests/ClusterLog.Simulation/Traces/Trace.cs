using System.Globalization;
using System.Runtime.CompilerServices;

namespace ClusterLog.Simulation.Traces;

/// <summary>
/// Everything that happens, mixed into one number, and, where somebody wants to read it, written as lines. What is noted
/// in words costs nothing where nobody reads.
/// </summary>
internal sealed class Trace
{
    private readonly TextWriter? _text;
    private long _now;

    public Trace(TextWriter? text)
    {
        _text = text;
    }

    /// <summary>Whether somebody reads the lines.</summary>
    public bool IsReadable => _text is not null;

    public ulong Hash { get; private set; } = 0xCBF29CE484222325;

    public void At(long now)
    {
        _now = now;
        Mix((ulong)now);
    }

    public void Mix(ulong value)
    {
        var hash = (Hash ^ value) * 0x9E3779B97F4A7C15;
        Hash = hash ^ (hash >> 29);
    }

    public void Mix(ulong a, ulong b, ulong c)
    {
        Mix(a);
        Mix(b);
        Mix(c);
    }

    /// <summary>A line for a reader; not evaluated, and not hashed, where there is none.</summary>
    public void Note([InterpolatedStringHandlerArgument("")] TraceText text)
    {
        if (_text is not null)
        {
            _text.Write(string.Create(CultureInfo.InvariantCulture, $"{_now / 1_000_000.0,12:F6}  "));
            _text.WriteLine(text.ToString());
        }
    }
}
