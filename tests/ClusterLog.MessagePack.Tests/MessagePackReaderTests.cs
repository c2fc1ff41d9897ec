using System.Buffers;
using System.Globalization;

namespace ClusterLog.MessagePack.Tests;

/// <summary>Typed reads: what is accepted, what is not, and what a failure leaves behind.</summary>
public sealed class MessagePackReaderTests
{
    private static readonly string[] SevenInEveryEncoding =
        ["07", "cc07", "cd0007", "ce00000007", "cf0000000000000007", "d007", "d10007", "d200000007", "d30000000000000007"];

    private static readonly string[] MinusSevenInEveryEncoding =
        ["f9", "d0f9", "d1fff9", "d2fffffff9", "d3fffffffffffffff9"];

    [Fact]
    public void ReadInteger_AnyEncodingOfFittingValue_IsAccepted()
    {
        foreach (var hex in SevenInEveryEncoding)
        {
            Assert.Equal(7, ReadWhole(hex, (ref reader) => reader.ReadByte()));
            Assert.Equal(7, ReadWhole(hex, (ref reader) => reader.ReadInt16()));
            Assert.Equal(7, ReadWhole(hex, (ref reader) => reader.ReadUInt16()));
            Assert.Equal(7, ReadWhole(hex, (ref reader) => reader.ReadInt32()));
            Assert.Equal(7u, ReadWhole(hex, (ref reader) => reader.ReadUInt32()));
            Assert.Equal(7L, ReadWhole(hex, (ref reader) => reader.ReadInt64()));
            Assert.Equal(7ul, ReadWhole(hex, (ref reader) => reader.ReadUInt64()));
            Assert.Equal(7d, ReadWhole(hex, (ref reader) => reader.ReadDouble()));
        }

        foreach (var hex in MinusSevenInEveryEncoding)
        {
            Assert.Equal(-7, ReadWhole(hex, (ref reader) => reader.ReadInt16()));
            Assert.Equal(-7, ReadWhole(hex, (ref reader) => reader.ReadInt32()));
            Assert.Equal(-7L, ReadWhole(hex, (ref reader) => reader.ReadInt64()));
            Assert.Equal(-7f, ReadWhole(hex, (ref reader) => reader.ReadSingle()));
        }
    }

    [Theory]
    [InlineData("byte", "0", "255")]
    [InlineData("int16", "-32768", "32767")]
    [InlineData("uint16", "0", "65535")]
    [InlineData("int32", "-2147483648", "2147483647")]
    [InlineData("uint32", "0", "4294967295")]
    [InlineData("int64", "-9223372036854775808", "9223372036854775807")]
    [InlineData("uint64", "0", "18446744073709551615")]
    public void ReadInteger_AtAndBeyondItsRange_AcceptsTheOneAndRefusesTheOther(string type, string low, string high)
    {
        var (min, max) = (Int128.Parse(low, CultureInfo.InvariantCulture), Int128.Parse(high, CultureInfo.InvariantCulture));
        Assert.Equal((min, MessagePackStatus.Ok), Read(min));
        Assert.Equal((max, MessagePackStatus.Ok), Read(max));
        foreach (var outside in new[] { min - 1, max + 1 })
        {
            if (outside >= long.MinValue && outside <= ulong.MaxValue)
            {
                Assert.Equal((Int128.Zero, MessagePackStatus.Malformed), Read(outside));
            }
        }

        (Int128 Value, MessagePackStatus Status) Read(Int128 value)
        {
            var bytes = Values.ValueCodec.Encode(new Values.IntegerValue(value));
            var result = Codec.Read(bytes, (ref reader) => ReadAs(type, ref reader));
            Assert.Equal(result.Status == MessagePackStatus.Ok ? bytes.Length : 0, result.Consumed);
            return (result.Value, result.Status);
        }
    }

    [Fact]
    public void ReadFloat_NumberThatLosesNothing_IsAccepted()
    {
        Assert.Equal(1.5f, ReadWhole("ca3fc00000", (ref reader) => reader.ReadSingle()));
        Assert.Equal(1.5f, ReadWhole("cb3ff8000000000000", (ref reader) => reader.ReadSingle()));
        Assert.Equal(1.5, ReadWhole("ca3fc00000", (ref reader) => reader.ReadDouble()));
        Assert.True(float.IsNaN(ReadWhole("cb7ff8000000000000", (ref reader) => reader.ReadSingle())));
        Assert.Equal(9007199254740992d, ReadWhole("cf0020000000000000", (ref reader) => reader.ReadDouble()));
    }

    [Fact]
    public void ReadFloat_NumberThatWouldLoseDigits_IsMalformed()
    {
        // 0.1 is no float of 32 bits; 2^53 + 1 is no float of 64.
        AssertMalformed("cb3fb999999999999a", (ref reader) => reader.ReadSingle());
        AssertMalformed("cf0020000000000001", (ref reader) => reader.ReadDouble());
        AssertMalformed("d3ffdfffffffffffff", (ref reader) => reader.ReadDouble());
        AssertMalformed("cb7fefffffffffffff", (ref reader) => reader.ReadSingle());
    }

    [Fact]
    public void Read_AnotherKindOfValue_IsMalformedAndConsumesNothing()
    {
        AssertMalformed("a161", (ref reader) => reader.ReadInt64());
        AssertMalformed("a161", (ref reader) => reader.ReadUInt64());
        AssertMalformed("a161", (ref reader) => reader.ReadDouble());
        AssertMalformed("01", (ref reader) => reader.ReadString());
        AssertMalformed("c40161", (ref reader) => reader.ReadString());
        AssertMalformed("a161", (ref reader) => reader.ReadBinary().Length);
        AssertMalformed("80", (ref reader) => reader.ReadArrayHeader());
        AssertMalformed("90", (ref reader) => reader.ReadMapHeader());
        AssertMalformed("01", (ref reader) => reader.ReadBoolean());
        AssertMalformed("c2", (ref reader) => reader.ReadByte());
        AssertMalformed("c40161", (ref reader) => reader.ReadExtension().Type);
        AssertMalformed("d405ff", (ref reader) => reader.ReadTimestamp());
        AssertMalformed("d4ffff", (ref reader) => reader.ReadTimestamp());
        AssertMalformed("d7ffee6b280000000001", (ref reader) => reader.ReadTimestamp());
    }

    [Fact]
    public void Read_ByteThatIsNeverUsed_IsMalformedForEveryRead()
    {
        AssertMalformed("c1", (ref reader) => reader.ReadInt32());
        AssertMalformed("c1", (ref reader) => reader.ReadDouble());
        AssertMalformed("c1", (ref reader) => reader.ReadString());
        AssertMalformed("c1", (ref reader) => reader.ReadArrayHeader());
        AssertMalformed("c1", (ref reader) => reader.PeekType());
        AssertMalformed("c1", Skip);
        AssertMalformed("91c1", Skip);
    }

    [Fact]
    public void ReadString_NotUtf8_IsMalformedAlsoAcrossPieces()
    {
        var bytes = Codec.Bytes("a461c3f062");
        AssertMalformed("a461c3f062", (ref reader) => reader.ReadString());
        var split = Codec.Read(Codec.SplitEverywhere(bytes), (ref reader) => reader.ReadString());
        Assert.Equal(MessagePackStatus.Malformed, split.Status);
        Assert.Equal(string.Empty, split.Value);
        Assert.Equal("61c3f062", Codec.Hex(Codec.Read(bytes, (ref reader) => reader.ReadStringBytes()).Value.ToArray()));
    }

    [Fact]
    public void TryReadNil_AnyInput_ConsumesNilAloneAndNeverFails()
    {
        var nil = Codec.Read(Codec.Bytes("c001"), (ref reader) => reader.TryReadNil());
        Assert.Equal((true, MessagePackStatus.Ok, 1L, (string?)null), nil);
        var other = Codec.Read(Codec.Bytes("01"), (ref reader) => reader.TryReadNil());
        Assert.Equal((false, MessagePackStatus.Ok, 0L, (string?)null), other);
        Assert.Equal((false, MessagePackStatus.Ok, 0L, (string?)null), Codec.Read([], (ref reader) => reader.TryReadNil()));
        Assert.Null(ReadWhole("c0", (ref reader) => reader.ReadStringOrNil()));
        Assert.Equal("a", ReadWhole("a161", (ref reader) => reader.ReadStringOrNil()));
    }

    [Fact]
    public void ReadBinary_OnePiece_IsSliceOfTheInputNotCopy()
    {
        var bytes = Codec.Bytes("c403010203");
        var slice = Codec.Read(bytes, (ref reader) => reader.ReadBinary()).Value;
        bytes[3] = 0x77;
        Assert.Equal("017703", Codec.Hex(slice.FirstSpan));
    }

    [Fact]
    public void Read_AfterFailure_ReturnsDefaultsAndKeepsFirstError()
    {
        var reader = new MessagePackReader(Codec.Bytes("07a16193010203").AsMemory());
        Assert.Equal(7, reader.ReadInt32());
        Assert.Equal(0, reader.ReadInt32());
        var error = reader.Error;
        Assert.Equal("At byte 1: expected a signed integer of 32 bits, found a string.", error);
        Assert.False(reader.Ok);

        // The next value is a string and would be read, were the reader not frozen.
        Assert.Equal(string.Empty, reader.ReadString());
        Assert.Null(reader.ReadStringOrNil());
        Assert.Equal(0, reader.ReadArrayHeader());
        Assert.Equal(0, reader.ReadMapHeader());
        Assert.Equal(0, reader.ReadDouble());
        Assert.Equal(default, reader.ReadTimestamp());
        Assert.True(reader.ReadBinary().IsEmpty);
        Assert.Equal(MessagePackType.None, reader.PeekType());
        Assert.False(reader.TryReadNil());
        Assert.False(reader.ReadBoolean());
        reader.ReadNil();
        reader.Skip();
        reader.Fail("nothing", "another error");
        Assert.Equal((1L, 6L, error), (reader.Consumed, reader.Remaining, reader.Error));
    }

    [Fact]
    public void Fail_ByDecoder_IsMalformedWithItsWords()
    {
        var reader = new MessagePackReader(Codec.Bytes("07").AsMemory());
        reader.ReadByte();
        Assert.Null(reader.Error);
        reader.Fail("an api of at most 5", "7");
        Assert.Equal(MessagePackStatus.Malformed, reader.Status);
        Assert.Equal("At byte 1: expected an api of at most 5, found 7.", reader.Error);
    }

    [Fact]
    public void PeekType_EveryFirstByte_NamesTheKindAndConsumesNothing()
    {
        for (var code = 0; code <= byte.MaxValue; code++)
        {
            var result = Codec.Read([(byte)code], (ref reader) => reader.PeekType());
            var expected = code switch
            {
                < 0x80 or >= 0xe0 => MessagePackType.Integer,
                < 0x90 => MessagePackType.Map,
                < 0xa0 => MessagePackType.Array,
                < 0xc0 => MessagePackType.String,
                0xc0 => MessagePackType.Nil,
                0xc1 => MessagePackType.None,
                0xc2 or 0xc3 => MessagePackType.Boolean,
                <= 0xc6 => MessagePackType.Binary,
                <= 0xc9 => MessagePackType.Extension,
                0xca or 0xcb => MessagePackType.Float,
                <= 0xd3 => MessagePackType.Integer,
                <= 0xd8 => MessagePackType.Extension,
                <= 0xdb => MessagePackType.String,
                <= 0xdd => MessagePackType.Array,
                _ => MessagePackType.Map,
            };
            Assert.Equal((expected, 0L), (result.Value, result.Consumed));
        }

        Assert.Equal(MessagePackType.None, Codec.Read([], (ref reader) => reader.PeekType()).Value);
    }

    private static bool Skip(ref MessagePackReader reader)
    {
        reader.Skip();
        return reader.Ok;
    }

    private static Int128 ReadAs(string type, ref MessagePackReader reader) => type switch
    {
        "byte" => reader.ReadByte(),
        "int16" => reader.ReadInt16(),
        "uint16" => reader.ReadUInt16(),
        "int32" => reader.ReadInt32(),
        "uint32" => reader.ReadUInt32(),
        "int64" => reader.ReadInt64(),
        _ => reader.ReadUInt64(),
    };

    private static T ReadWhole<T>(string hex, ReadFunction<T> read)
    {
        var bytes = Codec.Bytes(hex);
        var whole = Codec.Read(bytes, read);
        Assert.Equal((MessagePackStatus.Ok, bytes.Length, null), (whole.Status, whole.Consumed, whole.Error));
        var split = Codec.Read(Codec.SplitEverywhere(bytes), read);
        Assert.Equal((MessagePackStatus.Ok, bytes.Length, null), (split.Status, split.Consumed, split.Error));
        Assert.Equal(whole.Value, split.Value);
        return whole.Value;
    }

    private static void AssertMalformed<T>(string hex, ReadFunction<T> read)
    {
        var result = Codec.Read(Codec.Bytes(hex), read);
        Assert.Equal((MessagePackStatus.Malformed, 0L), (result.Status, result.Consumed));
        Assert.NotNull(result.Error);
    }
}
