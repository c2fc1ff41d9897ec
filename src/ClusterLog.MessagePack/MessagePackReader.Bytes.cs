using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace ClusterLog.MessagePack;

/// <content>Strings, binaries, extensions and timestamps.</content>
internal ref partial struct MessagePackReader
{
    /// <summary>Reads text; bytes that are not UTF-8 are malformed. Empty in a failed reader.</summary>
    public string ReadString()
    {
        if (!TryPeekPayload(MessagePackType.String, out var header))
        {
            return string.Empty;
        }

        var unread = _reader.UnreadSpan;
        var text = header.ValueSize <= unread.Length
            ? ToText(unread.Slice(header.Size, (int)header.Length))
            : ToText(Payload(header));
        if (text is null)
        {
            Fail("UTF-8", "bytes that are not");
            return string.Empty;
        }

        _reader.Advance(header.ValueSize);
        return text;
    }

    /// <summary>Reads text, or null where nil stands. Null in a failed reader.</summary>
    public string? ReadStringOrNil()
    {
        if (TryReadNil())
        {
            return null;
        }

        var text = ReadString();
        return Ok ? text : null;
    }

    /// <summary>Reads the bytes of text as a slice of the input. They are not checked to be UTF-8.</summary>
    public ReadOnlySequence<byte> ReadStringBytes() => ReadPayload(MessagePackType.String);

    /// <summary>Reads bytes as a slice of the input.</summary>
    public ReadOnlySequence<byte> ReadBinary() => ReadPayload(MessagePackType.Binary);

    /// <summary>Reads an extension of any type; its data are a slice of the input.</summary>
    public (sbyte Type, ReadOnlySequence<byte> Data) ReadExtension()
    {
        if (!TryPeekPayload(MessagePackType.Extension, out var header))
        {
            return default;
        }

        return (header.ExtensionType, TakePayload(header));
    }

    /// <summary>Reads a timestamp in any of its three encodings. 1970 in a failed reader.</summary>
    public MessagePackTimestamp ReadTimestamp()
    {
        const string Expected = "a timestamp of 4, 8 or 12 bytes";
        if (!TryPeekHeader(MessagePackType.Extension, out var header))
        {
            return default;
        }

        if (header.ExtensionType != MessagePackCode.TimestampExtension || header.Length is not (4 or 8 or 12))
        {
            Fail(Expected, $"an extension of type {header.ExtensionType} with {header.Length} bytes");
            return default;
        }

        if (!HasPayload(header))
        {
            return default;
        }

        Span<byte> copy = stackalloc byte[12];
        copy = copy[..(int)header.Length];
        Payload(header).CopyTo(copy);
        var (seconds, nanoseconds) = ToTimestamp(copy);
        if (nanoseconds > MessagePackTimestamp.NanosecondsMax)
        {
            Fail($"nanoseconds of at most {MessagePackTimestamp.NanosecondsMax}", $"{nanoseconds}");
            return default;
        }

        _reader.Advance(header.ValueSize);
        return new(seconds, nanoseconds);
    }

    private static (long Seconds, uint Nanoseconds) ToTimestamp(ReadOnlySpan<byte> data)
    {
        switch (data.Length)
        {
            case 4:
                return (BinaryPrimitives.ReadUInt32BigEndian(data), 0);
            case 8:
                var bits = BinaryPrimitives.ReadUInt64BigEndian(data);
                return ((long)(bits & MessagePackTimestamp.Seconds64Max), (uint)(bits >> 34));
            default:
                return (BinaryPrimitives.ReadInt64BigEndian(data[4..]), BinaryPrimitives.ReadUInt32BigEndian(data));
        }
    }

    private static string? ToText(ReadOnlySpan<byte> utf8) => Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;

    private static string? ToText(in ReadOnlySequence<byte> utf8)
    {
        var length = (int)utf8.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            utf8.CopyTo(copy);
            return ToText(copy.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private ReadOnlySequence<byte> ReadPayload(MessagePackType type) =>
        TryPeekPayload(type, out var header) ? TakePayload(header) : default;

    /// <summary>Consumes the value and returns its payload, which is there.</summary>
    private ReadOnlySequence<byte> TakePayload(in MessagePackHeader header)
    {
        // The position is known after the header; to slice twice from before it would search the pieces twice.
        _reader.Advance(header.Size);
        var payload = _reader.Sequence.Slice(_reader.Position, (long)header.Length);
        _reader.Advance(header.Length);
        return payload;
    }

    /// <summary>The header of the next value if it is of this type and all of its payload is there.</summary>
    private bool TryPeekPayload(MessagePackType type, out MessagePackHeader header) =>
        TryPeekHeader(type, out header) && HasPayload(header);

    private bool HasPayload(in MessagePackHeader header)
    {
        if (_reader.Remaining >= header.ValueSize)
        {
            return true;
        }

        NeedMoreData($"{MessagePackCode.NameOf(header.Type)} of {header.Length} bytes");
        return false;
    }

    private readonly ReadOnlySequence<byte> Payload(in MessagePackHeader header) =>
        _reader.UnreadSequence.Slice(header.Size, (long)header.Length);
}
