using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using ClusterLog.Cli.Terminal;
using ClusterLog.Client;

namespace ClusterLog.Cli.Output;

/// <summary>
/// A record as one JSON object on one line: partition, offset, timestamp, key, value and, if there are any, headers.
/// Bytes that are no UTF-8 stand under keyBase64 and valueBase64 instead, so that no reader has to guess.
/// </summary>
internal sealed class JsonRecordWriter : IRecordWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        // What JSON itself does not ask to be escaped stays readable; nothing here ends up in HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly OutputBuffer _output;
    private readonly Utf8JsonWriter _json;

    /// <summary>Writes into the buffer.</summary>
    public JsonRecordWriter(OutputBuffer output)
    {
        _output = output;
        _json = new Utf8JsonWriter(output, Options);
    }

    /// <inheritdoc/>
    public void Write(in ConsumedRecord record)
    {
        _json.Reset(_output);
        _json.WriteStartObject();
        _json.WriteNumber("partition", record.Partition.Partition);
        _json.WriteNumber("offset", record.Offset.Value);
        _json.WriteString(
            "timestamp", record.Timestamp.UtcDateTime.ToString(RecordTime.Format, CultureInfo.InvariantCulture));
        WriteBytes("key", "keyBase64", record.Key);
        WriteBytes("value", "valueBase64", record.Value);
        WriteHeaders(record.Headers);
        _json.WriteEndObject();
        _json.Flush();
        _output.Write((byte)'\n');
    }

    /// <summary>Gives back what the JSON writer holds; the buffer is the caller's.</summary>
    public void Dispose() => _json.Dispose();

    private void WriteHeaders(IReadOnlyList<RecordHeader> headers)
    {
        if (headers.Count == 0)
        {
            return;
        }

        _json.WriteStartArray("headers");
        foreach (var header in headers)
        {
            _json.WriteStartObject();
            _json.WriteString("name", header.Name);
            WriteBytes("value", "valueBase64", header.Value);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteBytes(string textName, string base64Name, ReadOnlyMemory<byte>? bytes)
    {
        switch (bytes)
        {
            case null:
                _json.WriteNull(textName);
                break;
            case { } text when Utf8.IsValid(text.Span):
                _json.WriteString(textName, text.Span);
                break;
            case { } binary:
                _json.WriteBase64String(base64Name, binary.Span);
                break;
        }
    }
}
