using System.Globalization;
using System.Text;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

namespace ClusterLog.Cli.Output;

/// <summary>
/// A record's value as it is, and \n: what `produce` took apart is put together again, byte for byte. A record without
/// a value is an empty line, as it is no less a record; one without a key has no separator before its value.
/// </summary>
internal sealed class TextRecordWriter : IRecordWriter
{
    private const int NumberBytesMax = 20;
    private const int TimestampBytes = 24;

    private readonly OutputBuffer _output;
    private readonly byte[]? _keySeparator;
    private readonly bool _showMetadata;

    /// <summary>Writes into the buffer.</summary>
    public TextRecordWriter(OutputBuffer output, string? keySeparator, bool showMetadata)
    {
        _output = output;
        _keySeparator = keySeparator is null ? null : Encoding.UTF8.GetBytes(keySeparator);
        _showMetadata = showMetadata;
    }

    /// <inheritdoc/>
    public void Write(in ConsumedRecord record)
    {
        if (_showMetadata)
        {
            WriteNumber(record.Partition.Partition);
            WriteNumber(record.Offset.Value);
            WriteTimestamp(record.Timestamp);
        }

        if (_keySeparator is not null && record.Key is { } key)
        {
            _output.Write(key.Span);
            _output.Write(_keySeparator);
        }

        if (record.Value is { } value)
        {
            _output.Write(value.Span);
        }

        _output.Write((byte)'\n');
    }

    /// <summary>It holds nothing; the buffer is the caller's.</summary>
    public void Dispose()
    {
    }

    private void WriteNumber(long number)
    {
        number.TryFormat(_output.GetSpan(NumberBytesMax), out var written, default, CultureInfo.InvariantCulture);
        _output.Advance(written);
        _output.Write((byte)'\t');
    }

    private void WriteTimestamp(DateTimeOffset timestamp)
    {
        timestamp.UtcDateTime.TryFormat(
            _output.GetSpan(TimestampBytes), out var written, RecordTime.Format, CultureInfo.InvariantCulture);
        _output.Advance(written);
        _output.Write((byte)'\t');
    }
}
