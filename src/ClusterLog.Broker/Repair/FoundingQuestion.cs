using System.Buffers;
using ClusterLog.MessagePack;

namespace ClusterLog.Broker.Repair;

/// <summary>
/// How a broker without metadata asks another whether their cluster exists, over the mesh. A reader skips fields that it
/// does not know.
/// <code>
/// request   [2, directoryId]           kind 1 is that of a change of the metadata
/// response  [answer, directoryId]      the answering broker's own directory
/// </code>
/// </summary>
internal static class FoundingQuestion
{
    /// <summary>The kind of request between brokers.</summary>
    public const int Kind = 2;

    private const int FieldCount = 2;

    public static ReadOnlyMemory<byte> EncodeRequest(long directoryId) => Encode(Kind, directoryId);

    /// <summary>The asking broker's directory; null where there is none to read.</summary>
    public static long? DecodeRequest(ReadOnlyMemory<byte> bytes) =>
        Decode(bytes) is (Kind, var directoryId) ? directoryId : null;

    public static ReadOnlyMemory<byte> EncodeResponse(FoundingAnswer answer, long directoryId) =>
        Encode((int)answer, directoryId);

    /// <summary>What was answered, and by which directory; null where it cannot be read.</summary>
    public static (FoundingAnswer Answer, long DirectoryId)? DecodeResponse(ReadOnlyMemory<byte> bytes) =>
        Decode(bytes) is { } found && Enum.IsDefined((FoundingAnswer)found.First)
            ? ((FoundingAnswer)found.First, found.DirectoryId)
            : null;

    private static ReadOnlyMemory<byte> Encode(int first, long directoryId)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(FieldCount);
        writer.Write(first);
        writer.Write(directoryId);
        writer.Flush();
        return output.WrittenMemory;
    }

    private static (int First, long DirectoryId)? Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var count = reader.ReadArrayHeader();
        var (first, directoryId) = (reader.ReadInt32(), reader.ReadInt64());
        return reader.Ok && count >= FieldCount ? (first, directoryId) : null;
    }
}
