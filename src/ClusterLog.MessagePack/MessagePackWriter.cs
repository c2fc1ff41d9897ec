using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ClusterLog.MessagePack;

/// <summary>
/// Writes MessagePack into a buffer writer, every value in its smallest encoding, and allocates nothing. It collects
/// small values in one span of the output: call <see cref="Flush"/> when done, and before anyone else writes to the
/// same output. Pass it by reference, since a copy would not know of the bytes that the original wrote after it.
/// It does not check that as many elements follow a header as the header announced.
/// </summary>
internal ref partial struct MessagePackWriter
{
    // The longest header is that of an extension: first byte, four bytes of length, type.
    private const int HeaderBytesMax = 6;

    // Text that is no UTF-16 has no UTF-8; to replace it silently would store another name than was given.
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly IBufferWriter<byte> _output;

    // Invariant: the first _used bytes of _span are written and not yet committed to _output.
    private Span<byte> _span;
    private int _used;

    /// <summary>Makes a writer at the end of what the output holds.</summary>
    public MessagePackWriter(IBufferWriter<byte> output)
    {
        _output = output;
        _span = default;
        _used = 0;
    }

    /// <summary>Writes nil.</summary>
    public void WriteNil() => WriteCode(MessagePackCode.Nil);

    /// <summary>Writes true or false.</summary>
    public void Write(bool value) => WriteCode(value ? MessagePackCode.True : MessagePackCode.False);

    /// <summary>Writes a float of 32 bits, NaN's bits as they are.</summary>
    public void Write(float value)
    {
        var span = Reserve(5);
        span[0] = MessagePackCode.Float32;
        BinaryPrimitives.WriteSingleBigEndian(span[1..], value);
        _used += 5;
    }

    /// <summary>Writes a float of 64 bits, NaN's bits as they are.</summary>
    public void Write(double value)
    {
        var span = Reserve(9);
        span[0] = MessagePackCode.Float64;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
        _used += 9;
    }

    /// <summary>Writes text, or nil for null. Throws <see cref="ArgumentException"/> at half of a surrogate pair.</summary>
    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
            return;
        }

        var byteCount = StrictUtf8.GetByteCount(value);
        WriteStringHeader(byteCount);

        // Reserve may change _used, so the sum comes after it.
        var written = StrictUtf8.GetBytes(value, Reserve(byteCount));
        _used += written;
    }

    /// <summary>Writes text that is UTF-8 already; it is not checked.</summary>
    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        WriteStringHeader(utf8.Length);
        WriteRaw(utf8);
    }

    /// <summary>Commits what was written to the output. Further values may follow.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            _output.Advance(_used);
        }

        // The output may hand out the same memory to the next who asks: what is left of the span is no longer ours.
        _span = default;
        _used = 0;
    }

    private void WriteStringHeader(int byteCount)
    {
        if (byteCount <= MessagePackCode.FixStringBytesMax)
        {
            WriteCode((byte)(MessagePackCode.FixString | byteCount));
        }
        else if (byteCount <= byte.MaxValue)
        {
            WriteCode8(MessagePackCode.String8, (byte)byteCount);
        }
        else if (byteCount <= ushort.MaxValue)
        {
            WriteCode16(MessagePackCode.String16, (ushort)byteCount);
        }
        else
        {
            WriteCode32(MessagePackCode.String32, (uint)byteCount);
        }
    }

    private void WriteCode(byte code)
    {
        Reserve(1)[0] = code;
        _used++;
    }

    private void WriteCode8(byte code, byte value)
    {
        var span = Reserve(2);
        span[1] = value;
        span[0] = code;
        _used += 2;
    }

    private void WriteCode16(byte code, ushort value)
    {
        var span = Reserve(3);
        span[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], value);
        _used += 3;
    }

    private void WriteCode32(byte code, uint value)
    {
        var span = Reserve(5);
        span[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], value);
        _used += 5;
    }

    private void WriteCode64(byte code, ulong value)
    {
        var span = Reserve(9);
        span[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
        _used += 9;
    }

    /// <summary>At least this many bytes to write to; the caller adds to _used what it wrote.</summary>
    private Span<byte> Reserve(int byteCount)
    {
        if (_span.Length - _used < byteCount)
        {
            Flush();
            _span = _output.GetSpan(byteCount);
        }

        return _span[_used..];
    }
}
