using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ClusterLog.MessagePack;

/// <summary>
/// Reads MessagePack from bytes that may lie in several pieces and may come from anyone. It never throws for what the
/// input holds. The first failure is kept and freezes the reader: it stays before the value that failed, later reads
/// return the default of their type and change nothing, so a decoder reads all members of a message and looks at
/// <see cref="Status"/> once. Only strings are allocated; bytes are slices of the input and live as long as it does.
/// Pass it by reference: a copy would go on from where it was copied.
/// </summary>
internal ref partial struct MessagePackReader
{
    private const string EndOfInput = "the end of the input";

    private readonly MessagePackLimits _limits;
    private SequenceReader<byte> _reader;
    private long _errorOffset;
    private string? _expected;
    private string? _found;

    /// <summary>Makes a reader of these bytes; limits are <see cref="MessagePackLimits.Default"/> unless given.</summary>
    public MessagePackReader(scoped in ReadOnlySequence<byte> input, MessagePackLimits? limits = null)
    {
        _reader = new SequenceReader<byte>(input);
        _limits = limits ?? MessagePackLimits.Default;
    }

    /// <summary>Makes a reader of these bytes; limits are <see cref="MessagePackLimits.Default"/> unless given.</summary>
    public MessagePackReader(ReadOnlyMemory<byte> input, MessagePackLimits? limits = null)
        : this(new ReadOnlySequence<byte>(input), limits)
    {
    }

    /// <summary>How the reads so far went.</summary>
    public MessagePackStatus Status { get; private set; }

    /// <summary>Whether every read so far has succeeded.</summary>
    public readonly bool Ok => Status == MessagePackStatus.Ok;

    /// <summary>What was expected and found, and at which byte of the input; null while all is well.</summary>
    public readonly string? Error => Ok ? null : $"At byte {_errorOffset}: expected {_expected}, found {_found}.";

    /// <summary>The bytes of the values read so far; a failed value is not among them.</summary>
    public readonly long Consumed => _reader.Consumed;

    /// <summary>The bytes not yet read.</summary>
    public readonly long Remaining => _reader.Remaining;

    /// <summary>Whether no byte is left.</summary>
    public readonly bool End => _reader.End;

    /// <summary>
    /// The kind of the next value, which is not consumed; None at the end of the input (which is no failure) and in a
    /// failed reader. The byte that begins no value, 0xc1, fails the reader, for no later byte can mend it.
    /// </summary>
    public MessagePackType PeekType()
    {
        if (!Ok || !_reader.TryPeek(out var code))
        {
            return MessagePackType.None;
        }

        var type = MessagePackCode.FormatOf(code).Type;
        if (type == MessagePackType.None)
        {
            FailUnexpected("a value", type);
        }

        return type;
    }

    /// <summary>Consumes nil if it is next. Anything else, the end of the input too, is false and not a failure.</summary>
    public bool TryReadNil()
    {
        if (!Ok || !_reader.TryPeek(out var code) || code != MessagePackCode.Nil)
        {
            return false;
        }

        _reader.Advance(1);
        return true;
    }

    /// <summary>Consumes nil.</summary>
    public void ReadNil()
    {
        if (TryPeekHeader(MessagePackType.Nil, out _))
        {
            _reader.Advance(1);
        }
    }

    /// <summary>Reads true or false.</summary>
    public bool ReadBoolean()
    {
        if (!TryPeekHeader(MessagePackType.Boolean, out _))
        {
            return false;
        }

        _reader.TryRead(out var code);
        return code == MessagePackCode.True;
    }

    /// <summary>
    /// Marks the input as malformed at this byte, for a message decoder that finds a value of the right kind with the
    /// wrong meaning. Does nothing in a reader that has failed before: the first failure is the cause.
    /// </summary>
    public void Fail(string expected, string found) => Fail(MessagePackStatus.Malformed, expected, found);

    private void Fail(MessagePackStatus status, string expected, string found)
    {
        if (!Ok)
        {
            return;
        }

        Status = status;
        _errorOffset = _reader.Consumed;
        _expected = expected;
        _found = found;
    }

    private void FailUnexpected(string expected, MessagePackType found) =>
        Fail(MessagePackStatus.Malformed, expected, MessagePackCode.NameOf(found));

    private void NeedMoreData(string expected) => Fail(MessagePackStatus.NeedMoreData, expected, EndOfInput);

    /// <summary>
    /// The header of the next value, which is not consumed, if the value is of this type and its length within the
    /// limits. Its payload may still be missing.
    /// </summary>
    private bool TryPeekHeader(MessagePackType expected, out MessagePackHeader header)
    {
        if (!TryPeekHeader(out header, null, expected))
        {
            return false;
        }

        if (header.Type != expected)
        {
            FailUnexpected(MessagePackCode.NameOf(expected), header.Type);
            return false;
        }

        return true;
    }

    /// <summary>The header of the next value, whatever it is, if its length is within the limits.</summary>
    private bool TryPeekHeader(
        out MessagePackHeader header, string? expected = null, MessagePackType expectedType = MessagePackType.None)
    {
        header = default;
        if (!Ok)
        {
            return false;
        }

        if (!_reader.TryPeek(out var code))
        {
            NeedMoreData(expected ?? Name(expectedType));
            return false;
        }

        var format = MessagePackCode.FormatOf(code);
        if (format.Type == MessagePackType.None)
        {
            FailUnexpected(expected ?? Name(expectedType), format.Type);
            return false;
        }

        // The type of an extension stands right after its length, so both are read as one number.
        var isExtension = format.Type == MessagePackType.Extension;
        var width = isExtension ? format.LengthWidth + 1 : format.LengthWidth;
        ulong bits = 0;
        if (width > 0 && !TryPeekUnsigned(width, out bits))
        {
            NeedMoreData(expected ?? Name(expectedType));
            return false;
        }

        var length = format.LengthWidth == 0 ? (uint)format.FixedLength : (uint)(isExtension ? bits >> 8 : bits);
        header = new(format.Type, 1 + width, length, isExtension ? unchecked((sbyte)bits) : (sbyte)0);
        return IsWithinLimits(header);
    }

    private static string Name(MessagePackType expected) =>
        expected == MessagePackType.None ? "a value" : MessagePackCode.NameOf(expected);

    private bool IsWithinLimits(in MessagePackHeader header)
    {
        var max = header.Type switch
        {
            MessagePackType.String => _limits.StringBytesMax,
            MessagePackType.Binary or MessagePackType.Extension => _limits.BinaryBytesMax,
            MessagePackType.Array or MessagePackType.Map => _limits.CollectionCountMax,
            _ => int.MaxValue,
        };
        if (header.Length <= (uint)max)
        {
            return true;
        }

        Fail($"{MessagePackCode.NameOf(header.Type)} of at most {max}", $"one of {header.Length}");
        return false;
    }

    /// <summary>The big-endian number of 1 to 8 bytes that follows the first byte; false where bytes are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool TryPeekUnsigned(int width, out ulong value)
    {
        var span = _reader.UnreadSpan;
        if (span.Length <= width)
        {
            return TryPeekUnsignedAcrossSegments(width, out value);
        }

        value = ToUnsigned(span.Slice(1, width));
        return true;
    }

    private readonly bool TryPeekUnsignedAcrossSegments(int width, out ulong value)
    {
        Span<byte> copy = stackalloc byte[1 + sizeof(ulong)];
        copy = copy[..(1 + width)];
        if (!_reader.TryCopyTo(copy))
        {
            value = 0;
            return false;
        }

        value = ToUnsigned(copy[1..]);
        return true;
    }

    private static ulong ToUnsigned(ReadOnlySpan<byte> bytes)
    {
        switch (bytes.Length)
        {
            case 1:
                return bytes[0];
            case 2:
                return BinaryPrimitives.ReadUInt16BigEndian(bytes);
            case 4:
                return BinaryPrimitives.ReadUInt32BigEndian(bytes);
            case 8:
                return BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }

        ulong value = 0;
        foreach (var digit in bytes)
        {
            value = (value << 8) | digit;
        }

        return value;
    }
}
