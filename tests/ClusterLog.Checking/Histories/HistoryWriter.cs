using System.Text.Json;

namespace ClusterLog.Checking.Histories;

/// <summary>Writes the lines of <see cref="HistoryFormat"/>. Not thread-safe.</summary>
public sealed class HistoryWriter
{
    private readonly Stream _stream;
    private readonly int _lineBytesMax;

    /// <summary>Writes to a stream that stays the caller's to flush and close.</summary>
    public HistoryWriter(Stream stream, int lineBytesMax = HistoryFormat.LineBytesMaxDefault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lineBytesMax, 1);
        _stream = stream;
        _lineBytesMax = lineBytesMax;
    }

    /// <summary>Writes one line, or nothing where it throws.</summary>
    /// <exception cref="HistoryFormatException">No reader with the same bound would accept the line.</exception>
    public void Write(HistoryOperation operation)
    {
        if (operation.Completed < operation.Invoked || (operation.Outcome == Outcome.Ok && operation.Completed is null))
        {
            throw new HistoryFormatException(
                $"{Name(operation)} has type {HistoryFormat.Word(operation.Outcome)} and completed {operation.Completed}.");
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(
            new HistoryFormat.Line(
                operation.Process,
                HistoryFormat.Word(operation.Outcome),
                operation.Function,
                operation.Value,
                operation.Invoked,
                operation.Key,
                operation.Completed),
            HistoryFormat.Json);
        if (bytes.Length > _lineBytesMax)
        {
            throw new HistoryFormatException(
                $"{Name(operation)} takes {bytes.Length} bytes, of {_lineBytesMax} allowed on a line.");
        }

        _stream.Write([.. bytes, (byte)'\n']);
    }

    private static string Name(HistoryOperation operation) =>
        $"The {operation.Function} of process {operation.Process} invoked at {operation.Invoked}";
}
