using System.Buffers;
using System.Buffers.Binary;

namespace ClusterLog.MessagePack;

/// <content>Bytes, headers of collections, extensions and timestamps.</content>
internal ref partial struct MessagePackWriter
{
    /// <summary>Writes bytes.</summary>
    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        WriteBinaryHeader(value.Length);
        WriteRaw(value);
    }

    /// <summary>Writes bytes that lie in several pieces, as one binary.</summary>
    public void WriteBinary(in ReadOnlySequence<byte> value)
    {
        WriteBinaryHeader(checked((int)value.Length));
        foreach (var segment in value)
        {
            WriteRaw(segment.Span);
        }
    }

    /// <summary>Writes the header of a binary; the caller writes its bytes with <see cref="WriteRaw"/>.</summary>
    public void WriteBinaryHeader(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length <= byte.MaxValue)
        {
            WriteCode8(MessagePackCode.Binary8, (byte)length);
        }
        else if (length <= ushort.MaxValue)
        {
            WriteCode16(MessagePackCode.Binary16, (ushort)length);
        }
        else
        {
            WriteCode32(MessagePackCode.Binary32, (uint)length);
        }
    }

    /// <summary>Writes bytes as they are: the payload of a header, or values that were encoded before.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= _span.Length - _used)
        {
            bytes.CopyTo(_span[_used..]);
            _used += bytes.Length;
            return;
        }

        // Too large for what is left: the output takes it in pieces of its own size, so no large buffer is asked for.
        Flush();
        _output.Write(bytes);
    }

    /// <summary>Writes the header of an array; the caller writes that many values.</summary>
    public void WriteArrayHeader(int count) =>
        WriteCollectionHeader(count, MessagePackCode.FixArray, MessagePackCode.Array16, MessagePackCode.Array32);

    /// <summary>Writes the header of a map; the caller writes that many keys, each with its value after it.</summary>
    public void WriteMapHeader(int count) =>
        WriteCollectionHeader(count, MessagePackCode.FixMap, MessagePackCode.Map16, MessagePackCode.Map32);

    /// <summary>Writes bytes with a type: 0 to 127 are the application's, negative ones the specification's.</summary>
    public void WriteExtension(sbyte type, ReadOnlySpan<byte> data)
    {
        WriteExtensionHeader(type, data.Length);
        WriteRaw(data);
    }

    /// <summary>Writes a timestamp as an extension of type -1, in the smallest of its three encodings.</summary>
    public void WriteTimestamp(MessagePackTimestamp value)
    {
        var (seconds, nanoseconds) = (value.Seconds, value.Nanoseconds);
        if (seconds is < 0 or > MessagePackTimestamp.Seconds64Max)
        {
            WriteExtensionHeader(MessagePackCode.TimestampExtension, 12);
            var span = Reserve(12);
            BinaryPrimitives.WriteUInt32BigEndian(span, nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(span[4..], seconds);
            _used += 12;
        }
        else if (nanoseconds > 0 || seconds > uint.MaxValue)
        {
            WriteExtensionHeader(MessagePackCode.TimestampExtension, 8);
            BinaryPrimitives.WriteUInt64BigEndian(Reserve(8), ((ulong)nanoseconds << 34) | (ulong)seconds);
            _used += 8;
        }
        else
        {
            WriteExtensionHeader(MessagePackCode.TimestampExtension, 4);
            BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), (uint)seconds);
            _used += 4;
        }
    }

    private void WriteExtensionHeader(sbyte type, int length)
    {
        Reserve(HeaderBytesMax);
        switch (length)
        {
            case 1:
                WriteCode(MessagePackCode.FixExtension1);
                break;
            case 2:
                WriteCode(MessagePackCode.FixExtension2);
                break;
            case 4:
                WriteCode(MessagePackCode.FixExtension4);
                break;
            case 8:
                WriteCode(MessagePackCode.FixExtension8);
                break;
            case 16:
                WriteCode(MessagePackCode.FixExtension16);
                break;
            case <= byte.MaxValue:
                WriteCode8(MessagePackCode.Extension8, (byte)length);
                break;
            case <= ushort.MaxValue:
                WriteCode16(MessagePackCode.Extension16, (ushort)length);
                break;
            default:
                WriteCode32(MessagePackCode.Extension32, (uint)length);
                break;
        }

        WriteCode(unchecked((byte)type));
    }

    private void WriteCollectionHeader(int count, byte fix, byte code16, byte code32)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count <= MessagePackCode.FixCollectionCountMax)
        {
            WriteCode((byte)(fix | count));
        }
        else if (count <= ushort.MaxValue)
        {
            WriteCode16(code16, (ushort)count);
        }
        else
        {
            WriteCode32(code32, (uint)count);
        }
    }
}
