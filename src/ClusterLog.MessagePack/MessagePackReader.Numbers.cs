namespace ClusterLog.MessagePack;

/// <content>
/// Numbers. An integer is accepted in any encoding, also a wider one than it needs, if its value fits the type that is
/// asked for. A float is accepted in any encoding, an integer's too, that loses nothing on the way to the type asked
/// for: encoders of languages with one type of number write 1.0 as the integer 1.
/// </content>
internal ref partial struct MessagePackReader
{
    private const long DoubleExactMax = 1L << 53;

    /// <summary>Reads an integer.</summary>
    public long ReadInt64() => ReadSigned(long.MinValue, long.MaxValue, "a signed integer of 64 bits");

    /// <summary>Reads an integer.</summary>
    public ulong ReadUInt64() => ReadUnsigned(ulong.MaxValue, "an unsigned integer of 64 bits");

    /// <summary>Reads an integer.</summary>
    public int ReadInt32() => (int)ReadSigned(int.MinValue, int.MaxValue, "a signed integer of 32 bits");

    /// <summary>Reads an integer.</summary>
    public uint ReadUInt32() => (uint)ReadUnsigned(uint.MaxValue, "an unsigned integer of 32 bits");

    /// <summary>Reads an integer.</summary>
    public short ReadInt16() => (short)ReadSigned(short.MinValue, short.MaxValue, "a signed integer of 16 bits");

    /// <summary>Reads an integer.</summary>
    public ushort ReadUInt16() => (ushort)ReadUnsigned(ushort.MaxValue, "an unsigned integer of 16 bits");

    /// <summary>Reads an integer.</summary>
    public byte ReadByte() => (byte)ReadUnsigned(byte.MaxValue, "an unsigned integer of 8 bits");

    /// <summary>Reads a float of 32 bits, or a wider number that is one exactly.</summary>
    public float ReadSingle()
    {
        const string Expected = "a float of 32 bits";
        if (!TryPeekDouble(Expected, out var value, out var size))
        {
            return 0;
        }

        var single = (float)value;
        if (!double.IsNaN(value) && single != value)
        {
            Fail(Expected, $"{value:R}");
            return 0;
        }

        _reader.Advance(size);
        return single;
    }

    /// <summary>Reads a float of 32 or 64 bits, or an integer of at most 2^53 in magnitude.</summary>
    public double ReadDouble()
    {
        if (!TryPeekDouble("a float of 64 bits", out var value, out var size))
        {
            return 0;
        }

        _reader.Advance(size);
        return value;
    }

    private long ReadSigned(long min, long max, string expected)
    {
        if (!TryPeekInteger(expected, out var bits, out var isNegative, out var size))
        {
            return 0;
        }

        if (isNegative ? (long)bits < min : bits > (ulong)max)
        {
            FailRange(expected, bits, isNegative);
            return 0;
        }

        _reader.Advance(size);
        return (long)bits;
    }

    private ulong ReadUnsigned(ulong max, string expected)
    {
        if (!TryPeekInteger(expected, out var bits, out var isNegative, out var size))
        {
            return 0;
        }

        if (isNegative || bits > max)
        {
            FailRange(expected, bits, isNegative);
            return 0;
        }

        _reader.Advance(size);
        return bits;
    }

    private void FailRange(string expected, ulong bits, bool isNegative) =>
        Fail(expected, isNegative ? $"{(long)bits}" : $"{bits}");

    /// <summary>The next value if it is an integer: its bits in two's complement, its sign and its encoded size.</summary>
    private bool TryPeekInteger(string expected, out ulong bits, out bool isNegative, out int size)
    {
        (bits, isNegative, size) = (0, false, 1);
        if (!Ok)
        {
            return false;
        }

        if (!_reader.TryPeek(out var code))
        {
            NeedMoreData(expected);
            return false;
        }

        if (code is <= MessagePackCode.PositiveFixIntMax or >= MessagePackCode.NegativeFixIntMin)
        {
            bits = unchecked((ulong)(sbyte)code);
            isNegative = code >= MessagePackCode.NegativeFixIntMin;
            return true;
        }

        var format = MessagePackCode.FormatOf(code);
        if (format.Type != MessagePackType.Integer)
        {
            FailUnexpected(expected, format.Type);
            return false;
        }

        if (!TryPeekUnsigned(format.FixedLength, out bits))
        {
            NeedMoreData(expected);
            return false;
        }

        size += format.FixedLength;
        bits = code switch
        {
            MessagePackCode.Int8 => unchecked((ulong)(sbyte)bits),
            MessagePackCode.Int16 => unchecked((ulong)(short)bits),
            MessagePackCode.Int32 => unchecked((ulong)(int)bits),
            _ => bits,
        };
        isNegative = code >= MessagePackCode.Int8 && (long)bits < 0;
        return true;
    }

    private bool TryPeekDouble(string expected, out double value, out int size)
    {
        (value, size) = (0, 0);
        if (PeekType() == MessagePackType.Integer)
        {
            return TryPeekIntegerAsDouble(expected, out value, out size);
        }

        if (!TryPeekHeader(out var header, expected))
        {
            return false;
        }

        if (header.Type != MessagePackType.Float)
        {
            FailUnexpected(expected, header.Type);
            return false;
        }

        if (!TryPeekUnsigned((int)header.Length, out var bits))
        {
            NeedMoreData(expected);
            return false;
        }

        value = header.Length == sizeof(float)
            ? BitConverter.UInt32BitsToSingle((uint)bits)
            : BitConverter.UInt64BitsToDouble(bits);
        size = (int)header.ValueSize;
        return true;
    }

    private bool TryPeekIntegerAsDouble(string expected, out double value, out int size)
    {
        value = 0;
        if (!TryPeekInteger(expected, out var bits, out var isNegative, out size))
        {
            return false;
        }

        if (isNegative ? (long)bits < -DoubleExactMax : bits > DoubleExactMax)
        {
            FailRange(expected, bits, isNegative);
            return false;
        }

        value = (long)bits;
        return true;
    }
}
