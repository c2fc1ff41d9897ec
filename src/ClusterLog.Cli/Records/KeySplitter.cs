using System.Text;

namespace ClusterLog.Cli.Records;

/// <summary>
/// Takes a line apart at the first separator: what stands before is the key, what follows is the value.
/// A line without the separator has no key, which is not the same as an empty key.
/// </summary>
internal sealed class KeySplitter
{
    private readonly byte[] _separator;

    /// <summary>A splitter at the separator's UTF-8 bytes; it must not be empty.</summary>
    public KeySplitter(string separator)
    {
        ArgumentException.ThrowIfNullOrEmpty(separator);
        _separator = Encoding.UTF8.GetBytes(separator);
    }

    /// <summary>Both parts, as slices of the line.</summary>
    public (ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte> Value) Split(ReadOnlyMemory<byte> line)
    {
        var at = line.Span.IndexOf(_separator);
        if (at < 0)
        {
            // Not in one expression with the other case: there, null would become the empty memory, which is an empty
            // key.
            return (null, line);
        }

        return (line[..at], line[(at + _separator.Length)..]);
    }
}
