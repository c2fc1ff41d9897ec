using System.Buffers;

namespace ClusterLog.MessagePack.Tests.Values;

/// <summary>Trees of values through the codec under test.</summary>
internal static class ValueCodec
{
    private const int DepthMax = 64;

    public static byte[] Encode(MessagePackValue value) => Codec.Encode((ref writer) => Write(ref writer, value));

    public static void Write(ref MessagePackWriter writer, MessagePackValue value)
    {
        switch (value)
        {
            case NilValue:
                writer.WriteNil();
                break;
            case BooleanValue boolean:
                writer.Write(boolean.Value);
                break;
            case IntegerValue integer when Int128.IsNegative(integer.Value):
                writer.Write((long)integer.Value);
                break;
            case IntegerValue integer:
                writer.Write((ulong)integer.Value);
                break;
            case SingleValue single:
                writer.Write(single.Value);
                break;
            case DoubleValue number:
                writer.Write(number.Value);
                break;
            case StringValue text:
                writer.Write(text.Value);
                break;
            case BinaryValue binary:
                writer.WriteBinary(binary.Value);
                break;
            case ExtensionValue extension:
                writer.WriteExtension(extension.Type, extension.Data);
                break;
            case TimestampValue timestamp:
                writer.WriteTimestamp(timestamp.Value);
                break;
            default:
                WriteCollection(ref writer, value);
                break;
        }
    }

    /// <summary>Reads any value, as a decoder does that goes by <see cref="MessagePackReader.PeekType"/>.</summary>
    public static MessagePackValue Read(ref MessagePackReader reader) => Read(ref reader, 0);

    private static void WriteCollection(ref MessagePackWriter writer, MessagePackValue value)
    {
        switch (value)
        {
            case ArrayValue array:
                writer.WriteArrayHeader(array.Items.Length);
                foreach (var item in array.Items)
                {
                    Write(ref writer, item);
                }

                break;
            case MapValue map:
                writer.WriteMapHeader(map.Pairs.Length);
                foreach (var (key, item) in map.Pairs)
                {
                    Write(ref writer, key);
                    Write(ref writer, item);
                }

                break;
            default:
                throw new ArgumentException($"No such value: {value}.", nameof(value));
        }
    }

    private static MessagePackValue Read(ref MessagePackReader reader, int depth)
    {
        if (depth > DepthMax)
        {
            reader.Fail("a shallower value", "a deeper one");
        }

        switch (reader.PeekType())
        {
            case MessagePackType.Boolean:
                return new BooleanValue(reader.ReadBoolean());
            case MessagePackType.Integer:
                return ReadInteger(ref reader);
            case MessagePackType.Float:
                return ReadFloat(ref reader);
            case MessagePackType.String:
                return new StringValue(reader.ReadString());
            case MessagePackType.Binary:
                return new BinaryValue(reader.ReadBinary().ToArray());
            case MessagePackType.Extension:
                return ReadExtension(ref reader);
            case MessagePackType.Array:
                return ReadArray(ref reader, depth);
            case MessagePackType.Map:
                return ReadMap(ref reader, depth);
            default:
                reader.ReadNil();
                return new NilValue();
        }
    }

    // The reader asks for a type, and a copy of it tells which of the two types the value has.
    private static IntegerValue ReadInteger(ref MessagePackReader reader)
    {
        var probe = reader;
        probe.ReadInt64();
        return probe.Status == MessagePackStatus.Malformed
            ? new IntegerValue(reader.ReadUInt64())
            : new IntegerValue(reader.ReadInt64());
    }

    private static MessagePackValue ReadFloat(ref MessagePackReader reader)
    {
        var before = reader.Consumed;
        var probe = reader;
        var value = probe.ReadDouble();
        if (probe.Ok && probe.Consumed - before == 5)
        {
            return new SingleValue(reader.ReadSingle());
        }

        reader.ReadDouble();
        return new DoubleValue(value);
    }

    private static MessagePackValue ReadExtension(ref MessagePackReader reader)
    {
        var probe = reader;
        var (type, data) = probe.ReadExtension();
        if (type == MessagePackCode.TimestampExtension && probe.Ok)
        {
            var timestamp = reader.ReadTimestamp();
            return new TimestampValue(timestamp.Seconds, timestamp.Nanoseconds);
        }

        reader.ReadExtension();
        return new ExtensionValue(type, data.ToArray());
    }

    private static ArrayValue ReadArray(ref MessagePackReader reader, int depth)
    {
        var items = new MessagePackValue[reader.ReadArrayHeader()];
        for (var index = 0; index < items.Length && reader.Ok; index++)
        {
            items[index] = Read(ref reader, depth + 1);
        }

        return new ArrayValue(items);
    }

    private static MapValue ReadMap(ref MessagePackReader reader, int depth)
    {
        var pairs = new KeyValuePair<MessagePackValue, MessagePackValue>[reader.ReadMapHeader()];
        for (var index = 0; index < pairs.Length && reader.Ok; index++)
        {
            var key = Read(ref reader, depth + 1);
            pairs[index] = new(key, Read(ref reader, depth + 1));
        }

        return new MapValue(pairs);
    }
}
