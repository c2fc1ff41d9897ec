using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClusterLog.Protocol.Tests.Golden;

/// <summary>Messages as text, so that two can be compared member by member and a difference can be read.</summary>
internal static class MessageJson
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new BytesConverter() } };

    public static string Of<T>(T message) => JsonSerializer.Serialize(message, Options);

    private sealed class BytesConverter : JsonConverter<ReadOnlySequence<byte>>
    {
        public override ReadOnlySequence<byte> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Messages are only written as JSON.");

        public override void Write(
            Utf8JsonWriter writer, ReadOnlySequence<byte> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Convert.ToHexString(value.ToArray()));
    }
}
