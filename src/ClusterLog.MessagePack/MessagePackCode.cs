namespace ClusterLog.MessagePack;

/// <summary>
/// The first byte of every value. The table is that of the specification,
/// https://github.com/msgpack/msgpack/blob/master/spec.md:
/// <code>
/// positive fixint  0x00 - 0x7f    float 32  0xca     str 8     0xd9
/// fixmap           0x80 - 0x8f    float 64  0xcb     str 16    0xda
/// fixarray         0x90 - 0x9f    uint 8    0xcc     str 32    0xdb
/// fixstr           0xa0 - 0xbf    uint 16   0xcd     array 16  0xdc
/// nil              0xc0           uint 32   0xce     array 32  0xdd
/// (never used)     0xc1           uint 64   0xcf     map 16    0xde
/// false            0xc2           int 8     0xd0     map 32    0xdf
/// true             0xc3           int 16    0xd1     negative fixint  0xe0 - 0xff
/// bin 8            0xc4           int 32    0xd2
/// bin 16           0xc5           int 64    0xd3
/// bin 32           0xc6           fixext 1  0xd4
/// ext 8            0xc7           fixext 2  0xd5
/// ext 16           0xc8           fixext 4  0xd6
/// ext 32           0xc9           fixext 8  0xd7
///                                 fixext 16 0xd8
/// </code>
/// Lengths and numbers follow in big-endian order.
/// </summary>
internal static class MessagePackCode
{
    public const byte PositiveFixIntMax = 0x7f;
    public const byte FixMap = 0x80;
    public const byte FixArray = 0x90;
    public const byte FixString = 0xa0;
    public const byte Nil = 0xc0;
    public const byte NeverUsed = 0xc1;
    public const byte False = 0xc2;
    public const byte True = 0xc3;
    public const byte Binary8 = 0xc4;
    public const byte Binary16 = 0xc5;
    public const byte Binary32 = 0xc6;
    public const byte Extension8 = 0xc7;
    public const byte Extension16 = 0xc8;
    public const byte Extension32 = 0xc9;
    public const byte Float32 = 0xca;
    public const byte Float64 = 0xcb;
    public const byte UInt8 = 0xcc;
    public const byte UInt16 = 0xcd;
    public const byte UInt32 = 0xce;
    public const byte UInt64 = 0xcf;
    public const byte Int8 = 0xd0;
    public const byte Int16 = 0xd1;
    public const byte Int32 = 0xd2;
    public const byte Int64 = 0xd3;
    public const byte FixExtension1 = 0xd4;
    public const byte FixExtension2 = 0xd5;
    public const byte FixExtension4 = 0xd6;
    public const byte FixExtension8 = 0xd7;
    public const byte FixExtension16 = 0xd8;
    public const byte String8 = 0xd9;
    public const byte String16 = 0xda;
    public const byte String32 = 0xdb;
    public const byte Array16 = 0xdc;
    public const byte Array32 = 0xdd;
    public const byte Map16 = 0xde;
    public const byte Map32 = 0xdf;
    public const byte NegativeFixIntMin = 0xe0;

    /// <summary>The type of the extension that holds a timestamp.</summary>
    public const sbyte TimestampExtension = -1;

    /// <summary>The most elements or pairs that the first byte of an array or a map can hold by itself.</summary>
    public const int FixCollectionCountMax = 15;

    /// <summary>The most bytes whose length the first byte of a string can hold by itself.</summary>
    public const int FixStringBytesMax = 31;

    /// <summary>The lowest integer that the first byte can hold by itself.</summary>
    public const int FixIntMin = -32;

    /// <summary>What the first byte says by itself about the value that it begins.</summary>
    public static MessagePackFormat FormatOf(byte code) => code switch
    {
        <= PositiveFixIntMax or >= NegativeFixIntMin => new(MessagePackType.Integer, 0, 0),
        < FixArray => new(MessagePackType.Map, 0, code & 0x0f),
        < FixString => new(MessagePackType.Array, 0, code & 0x0f),
        < Nil => new(MessagePackType.String, 0, code & 0x1f),
        Nil => new(MessagePackType.Nil, 0, 0),
        NeverUsed => new(MessagePackType.None, 0, 0),
        False or True => new(MessagePackType.Boolean, 0, 0),
        Binary8 => new(MessagePackType.Binary, 1, 0),
        Binary16 => new(MessagePackType.Binary, 2, 0),
        Binary32 => new(MessagePackType.Binary, 4, 0),
        Extension8 => new(MessagePackType.Extension, 1, 0),
        Extension16 => new(MessagePackType.Extension, 2, 0),
        Extension32 => new(MessagePackType.Extension, 4, 0),
        Float32 => new(MessagePackType.Float, 0, 4),
        Float64 => new(MessagePackType.Float, 0, 8),
        UInt8 or Int8 => new(MessagePackType.Integer, 0, 1),
        UInt16 or Int16 => new(MessagePackType.Integer, 0, 2),
        UInt32 or Int32 => new(MessagePackType.Integer, 0, 4),
        UInt64 or Int64 => new(MessagePackType.Integer, 0, 8),
        FixExtension1 => new(MessagePackType.Extension, 0, 1),
        FixExtension2 => new(MessagePackType.Extension, 0, 2),
        FixExtension4 => new(MessagePackType.Extension, 0, 4),
        FixExtension8 => new(MessagePackType.Extension, 0, 8),
        FixExtension16 => new(MessagePackType.Extension, 0, 16),
        String8 => new(MessagePackType.String, 1, 0),
        String16 => new(MessagePackType.String, 2, 0),
        String32 => new(MessagePackType.String, 4, 0),
        Array16 => new(MessagePackType.Array, 2, 0),
        Array32 => new(MessagePackType.Array, 4, 0),
        Map16 => new(MessagePackType.Map, 2, 0),
        Map32 => new(MessagePackType.Map, 4, 0),
    };

    /// <summary>The words of an error for a value of this kind.</summary>
    public static string NameOf(MessagePackType type) => type switch
    {
        MessagePackType.Nil => "nil",
        MessagePackType.Boolean => "a boolean",
        MessagePackType.Integer => "an integer",
        MessagePackType.Float => "a float",
        MessagePackType.String => "a string",
        MessagePackType.Binary => "a binary",
        MessagePackType.Array => "an array",
        MessagePackType.Map => "a map",
        MessagePackType.Extension => "an extension",
        _ => "a byte that begins no value",
    };
}
