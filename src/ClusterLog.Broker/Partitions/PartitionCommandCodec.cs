using System.Buffers;
using ClusterLog.MessagePack;

namespace ClusterLog.Broker.Partitions;

/// <summary>
/// The commands of a partition's group as MessagePack arrays that begin with their kind. They stand in logs for ever:
/// never reuse a kind, append fields only at the end. A reader skips fields that it does not know.
/// <code>
/// 1 Trim  [1, startOffset]
/// </code>
/// </summary>
internal static class PartitionCommandCodec
{
    private const int Trim = 1;
    private const int TrimFieldCount = 2;

    public static ReadOnlyMemory<byte> Encode(TrimCommand command)
    {
        var output = new ArrayBufferWriter<byte>(initialCapacity: 16);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(TrimFieldCount);
        writer.Write(Trim);
        writer.Write(command.StartOffset);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Decodes a command; null with the reason in words where the bytes are none that this version knows.</summary>
    public static TrimCommand? Decode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        var reader = new MessagePackReader(bytes);
        var count = reader.ReadArrayHeader();
        var kind = reader.ReadInt32();
        if (reader.Ok && (kind != Trim || count < TrimFieldCount))
        {
            reader.Fail($"a partition's command of kind {Trim} with {TrimFieldCount} fields", $"kind {kind} with {count}");
        }

        var offset = reader.ReadInt64();
        if (reader.Ok && offset < 0)
        {
            reader.Fail("an offset of at least 0", $"{offset}");
        }

        for (var field = TrimFieldCount; field < count && reader.Ok; field++)
        {
            reader.Skip();
        }

        error = reader.Error;
        return reader.Ok ? new TrimCommand(offset) : null;
    }
}
