using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// How a broker asks the leader of the metadata group for a change, over the mesh. A reader skips fields that it does
/// not know.
/// <code>
/// request   [1, command]                       the kind leaves room for other requests between brokers
/// response  [error, message, index, payload]
/// </code>
/// </summary>
internal static class MetadataForward
{
    private const int Kind = 1;
    private const int ResponseFieldCount = 4;

    /// <summary>Encodes a request.</summary>
    public static ReadOnlyMemory<byte> EncodeRequest(MetadataCommand command)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(2);
        writer.Write(Kind);
        MetadataCommandCodec.Write(ref writer, command);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Decodes a request; null with the reason in words where there is none.</summary>
    public static MetadataCommand? DecodeRequest(ReadOnlyMemory<byte> bytes, out string? error)
    {
        var reader = new MessagePackReader(bytes);
        var count = reader.ReadArrayHeader();
        var kind = reader.ReadInt32();
        if (reader.Ok && (count < 2 || kind != Kind))
        {
            reader.Fail($"a request of kind {Kind} with 2 fields", $"kind {kind} with {count}");
        }

        var command = MetadataCommandCodec.Read(ref reader);
        error = reader.Error;
        return command;
    }

    /// <summary>Encodes a response.</summary>
    public static ReadOnlyMemory<byte> EncodeResponse(MetadataResult result)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(ResponseFieldCount);
        writer.Write((short)result.Error);
        writer.Write(result.Message);
        writer.Write(result.Index.Value);
        writer.Write(result.Payload);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Decodes a response; null with the reason in words where there is none.</summary>
    public static MetadataResult? DecodeResponse(ReadOnlyMemory<byte> bytes, out string? error)
    {
        var reader = new MessagePackReader(bytes);
        var count = reader.ReadArrayHeader();
        if (reader.Ok && count < ResponseFieldCount)
        {
            reader.Fail($"{ResponseFieldCount} fields of a response", $"{count}");
        }

        var result = new MetadataResult(
            (ErrorCode)reader.ReadInt16(), reader.ReadString(), new LogIndex(reader.ReadUInt64()), reader.ReadInt64());
        error = reader.Error;
        return reader.Ok ? result : null;
    }
}
