using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Partitions;

/// <summary>
/// The commands of a partition's group as MessagePack arrays that begin with their kind. They stand in logs for ever:
/// never reuse a kind, append fields only at the end. A reader skips fields that it does not know.
/// <code>
/// 1 Trim     [1, startOffset]
/// 2 Cleaned  [2, offset, unixMilliseconds]
/// 3 Assigned [3, metadataEntry]
/// </code>
/// </summary>
internal static class PartitionCommandCodec
{
    private const int Trim = 1;
    private const int TrimFieldCount = 2;
    private const int Cleaned = 2;
    private const int CleanedFieldCount = 3;
    private const int Assigned = 3;
    private const int AssignedFieldCount = 2;

    public static ReadOnlyMemory<byte> Encode(TrimCommand command) => Encode(Trim, command.StartOffset);

    public static ReadOnlyMemory<byte> Encode(CleanedCommand command) =>
        Encode(Cleaned, command.Offset, command.UnixMilliseconds);

    public static ReadOnlyMemory<byte> Encode(AssignedCommand command) => Encode(Assigned, checked((long)command.At.Value));

    /// <summary>Decodes a command; null with the reason in words where the bytes are none that this version knows.</summary>
    public static IPartitionCommand? Decode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        var reader = new MessagePackReader(bytes);
        var count = reader.ReadArrayHeader();
        var kind = reader.ReadInt32();
        var known = kind switch { Cleaned => CleanedFieldCount, Assigned => AssignedFieldCount, _ => TrimFieldCount };
        if (reader.Ok && (kind is not (Trim or Cleaned or Assigned) || count < known))
        {
            reader.Fail(
                $"a partition's command of kind {Trim} or {Assigned} with {TrimFieldCount} fields or {Cleaned} with "
                + $"{CleanedFieldCount}",
                $"kind {kind} with {count}");
        }

        var offset = ReadNumber(ref reader, kind == Assigned ? "an entry" : "an offset");
        var time = kind == Cleaned ? ReadNumber(ref reader, "a time") : 0;
        for (var field = known; field < count && reader.Ok; field++)
        {
            reader.Skip();
        }

        error = reader.Error;
        return !reader.Ok ? null
            : kind == Cleaned ? new CleanedCommand(offset, time)
            : kind == Assigned ? new AssignedCommand(new LogIndex((ulong)offset))
            : new TrimCommand(offset);
    }

    private static ReadOnlyMemory<byte> Encode(int kind, params ReadOnlySpan<long> fields)
    {
        var output = new ArrayBufferWriter<byte>(initialCapacity: 24);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(1 + fields.Length);
        writer.Write(kind);
        foreach (var field in fields)
        {
            writer.Write(field);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    private static long ReadNumber(ref MessagePackReader reader, string what)
    {
        var number = reader.ReadInt64();
        if (reader.Ok && number < 0)
        {
            reader.Fail($"{what} of at least 0", $"{number}");
        }

        return number;
    }
}
