namespace ClusterLog.MessagePack;

/// <content>
/// Integers. The format knows a value, not a width: whatever the type in C#, an integer that is not negative takes the
/// smallest of fixint and uint 8 to 64, a negative one the smallest of fixint and int 8 to 64.
/// </content>
internal ref partial struct MessagePackWriter
{
    /// <summary>Writes an integer in 1 or 2 bytes.</summary>
    public void Write(byte value) => Write((ulong)value);

    /// <summary>Writes an integer in 1 or 2 bytes.</summary>
    public void Write(sbyte value) => Write((long)value);

    /// <summary>Writes an integer in 1 to 3 bytes.</summary>
    public void Write(short value) => Write((long)value);

    /// <summary>Writes an integer in 1 to 3 bytes.</summary>
    public void Write(ushort value) => Write((ulong)value);

    /// <summary>Writes an integer in 1 to 5 bytes.</summary>
    public void Write(int value) => Write((long)value);

    /// <summary>Writes an integer in 1 to 5 bytes.</summary>
    public void Write(uint value) => Write((ulong)value);

    /// <summary>Writes an integer in 1 to 9 bytes.</summary>
    public void Write(long value)
    {
        if (value >= 0)
        {
            Write((ulong)value);
        }
        else if (value >= MessagePackCode.FixIntMin)
        {
            WriteCode(unchecked((byte)value));
        }
        else if (value >= sbyte.MinValue)
        {
            WriteCode8(MessagePackCode.Int8, unchecked((byte)value));
        }
        else if (value >= short.MinValue)
        {
            WriteCode16(MessagePackCode.Int16, unchecked((ushort)value));
        }
        else if (value >= int.MinValue)
        {
            WriteCode32(MessagePackCode.Int32, unchecked((uint)value));
        }
        else
        {
            WriteCode64(MessagePackCode.Int64, unchecked((ulong)value));
        }
    }

    /// <summary>Writes an integer in 1 to 9 bytes.</summary>
    public void Write(ulong value)
    {
        if (value <= MessagePackCode.PositiveFixIntMax)
        {
            WriteCode((byte)value);
        }
        else if (value <= byte.MaxValue)
        {
            WriteCode8(MessagePackCode.UInt8, (byte)value);
        }
        else if (value <= ushort.MaxValue)
        {
            WriteCode16(MessagePackCode.UInt16, (ushort)value);
        }
        else if (value <= uint.MaxValue)
        {
            WriteCode32(MessagePackCode.UInt32, (uint)value);
        }
        else
        {
            WriteCode64(MessagePackCode.UInt64, value);
        }
    }
}
