using System.Buffers;
using System.Globalization;

namespace ClusterLog.MessagePack.Tests;

/// <summary>Exact bytes, taken from the format's table by hand.</summary>
public sealed class MessagePackWriterTests
{
    [Theory]
    [InlineData("0", "00")]
    [InlineData("127", "7f")]
    [InlineData("128", "cc80")]
    [InlineData("255", "ccff")]
    [InlineData("256", "cd0100")]
    [InlineData("65535", "cdffff")]
    [InlineData("65536", "ce00010000")]
    [InlineData("4294967295", "ceffffffff")]
    [InlineData("4294967296", "cf0000000100000000")]
    [InlineData("9223372036854775807", "cf7fffffffffffffff")]
    [InlineData("9223372036854775808", "cf8000000000000000")]
    [InlineData("18446744073709551615", "cfffffffffffffffff")]
    [InlineData("-1", "ff")]
    [InlineData("-32", "e0")]
    [InlineData("-33", "d0df")]
    [InlineData("-128", "d080")]
    [InlineData("-129", "d1ff7f")]
    [InlineData("-32768", "d18000")]
    [InlineData("-32769", "d2ffff7fff")]
    [InlineData("-2147483648", "d280000000")]
    [InlineData("-2147483649", "d3ffffffff7fffffff")]
    [InlineData("-9223372036854775808", "d38000000000000000")]
    public void Write_Integer_TakesSmallestEncodingWhateverTheType(string text, string hex)
    {
        var value = Int128.Parse(text, CultureInfo.InvariantCulture);
        var encodings = new List<string>();
        AddIfFits(value >= 0 && value <= ulong.MaxValue, (ref writer) => writer.Write((ulong)value));
        AddIfFits(value >= long.MinValue && value <= long.MaxValue, (ref writer) => writer.Write((long)value));
        AddIfFits(value >= 0 && value <= uint.MaxValue, (ref writer) => writer.Write((uint)value));
        AddIfFits(value >= int.MinValue && value <= int.MaxValue, (ref writer) => writer.Write((int)value));
        AddIfFits(value >= 0 && value <= ushort.MaxValue, (ref writer) => writer.Write((ushort)value));
        AddIfFits(value >= short.MinValue && value <= short.MaxValue, (ref writer) => writer.Write((short)value));
        AddIfFits(value >= 0 && value <= byte.MaxValue, (ref writer) => writer.Write((byte)value));
        AddIfFits(value >= sbyte.MinValue && value <= sbyte.MaxValue, (ref writer) => writer.Write((sbyte)value));

        Assert.NotEmpty(encodings);
        Assert.All(encodings, encoding => Assert.Equal(hex, encoding));

        void AddIfFits(bool fits, WriteAction write)
        {
            if (fits)
            {
                encodings.Add(Codec.EncodeToHex(write));
            }
        }
    }

    [Fact]
    public void Write_NilBooleanAndFloat_WritesTheirCodes()
    {
        Assert.Equal("c0", Codec.EncodeToHex((ref writer) => writer.WriteNil()));
        Assert.Equal("c2", Codec.EncodeToHex((ref writer) => writer.Write(false)));
        Assert.Equal("c3", Codec.EncodeToHex((ref writer) => writer.Write(true)));
        Assert.Equal("ca3fc00000", Codec.EncodeToHex((ref writer) => writer.Write(1.5f)));
        Assert.Equal("cb3ff8000000000000", Codec.EncodeToHex((ref writer) => writer.Write(1.5)));
    }

    [Theory]
    [InlineData(0, "a0")]
    [InlineData(1, "a1")]
    [InlineData(31, "bf")]
    [InlineData(32, "d920")]
    [InlineData(255, "d9ff")]
    [InlineData(256, "da0100")]
    [InlineData(65535, "daffff")]
    [InlineData(65536, "db00010000")]
    public void Write_String_TakesSmallestHeaderForItsBytes(int length, string header)
    {
        var expected = header + Codec.Hex(Enumerable.Repeat((byte)'s', length).ToArray());
        Assert.Equal(expected, Codec.EncodeToHex((ref writer) => writer.Write(new string('s', length))));
        Assert.Equal(expected, Codec.EncodeToHex((ref writer) =>
            writer.WriteString(Enumerable.Repeat((byte)'s', length).ToArray())));
    }

    [Fact]
    public void Write_StringOutsideAscii_CountsBytesNotCharacters()
    {
        // 16 characters of 2 bytes are 32 bytes: one too many for a fixstr.
        var expected = "d920" + string.Concat(Enumerable.Repeat("c3a9", 16));
        Assert.Equal(expected, Codec.EncodeToHex((ref writer) => writer.Write(new string('é', 16))));
        Assert.Equal("a4f09f9880", Codec.EncodeToHex((ref writer) => writer.Write("😀")));
        Assert.Equal("c0", Codec.EncodeToHex((ref writer) => writer.Write(null)));
    }

    [Fact]
    public void Write_HalfOfSurrogatePair_Throws() =>
        Assert.ThrowsAny<ArgumentException>(() => Codec.Encode((ref writer) => writer.Write("a\ud800")));

    [Theory]
    [InlineData(0, "c400")]
    [InlineData(255, "c4ff")]
    [InlineData(256, "c50100")]
    [InlineData(65535, "c5ffff")]
    [InlineData(65536, "c600010000")]
    public void WriteBinary_AnyLength_TakesSmallestHeader(int length, string header)
    {
        var bytes = Codec.Pattern(length);
        var expected = header + Codec.Hex(bytes);
        Assert.Equal(expected, Codec.EncodeToHex((ref writer) => writer.WriteBinary(bytes)));
        Assert.Equal(expected, Codec.EncodeToHex((ref writer) =>
            writer.WriteBinary(Codec.Split(bytes, length / 3, length / 2))));
        Assert.Equal(expected, Codec.EncodeToHex((ref writer) =>
        {
            writer.WriteBinaryHeader(length);
            writer.WriteRaw(bytes);
        }));
    }

    [Theory]
    [InlineData(0, "90", "80")]
    [InlineData(15, "9f", "8f")]
    [InlineData(16, "dc0010", "de0010")]
    [InlineData(65535, "dcffff", "deffff")]
    [InlineData(65536, "dd00010000", "df00010000")]
    [InlineData(int.MaxValue, "dd7fffffff", "df7fffffff")]
    public void WriteCollectionHeader_AnyCount_TakesSmallestHeader(int count, string array, string map)
    {
        Assert.Equal(array, Codec.EncodeToHex((ref writer) => writer.WriteArrayHeader(count)));
        Assert.Equal(map, Codec.EncodeToHex((ref writer) => writer.WriteMapHeader(count)));
    }

    [Theory]
    [InlineData(0, "c700")]
    [InlineData(1, "d4")]
    [InlineData(2, "d5")]
    [InlineData(3, "c703")]
    [InlineData(4, "d6")]
    [InlineData(8, "d7")]
    [InlineData(16, "d8")]
    [InlineData(17, "c711")]
    [InlineData(255, "c7ff")]
    [InlineData(256, "c80100")]
    [InlineData(65535, "c8ffff")]
    [InlineData(65536, "c900010000")]
    public void WriteExtension_AnyLength_TakesSmallestHeader(int length, string header)
    {
        var data = Codec.Pattern(length);
        var hex = Codec.EncodeToHex((ref writer) => writer.WriteExtension(-7, data));
        Assert.Equal(header + "f9" + Codec.Hex(data), hex);
    }

    [Theory]
    [InlineData(0, 0, "d6ff00000000")]
    [InlineData(4294967295, 0, "d6ffffffffff")]
    [InlineData(4294967296, 0, "d7ff0000000100000000")]
    [InlineData(0, 1, "d7ff0000000400000000")]
    [InlineData(1, 999999999, "d7ffee6b27fc00000001")]
    [InlineData(17179869183, 999999999, "d7ffee6b27ffffffffff")]
    [InlineData(17179869184, 0, "c70cff000000000000000400000000")]
    [InlineData(-1, 0, "c70cff00000000ffffffffffffffff")]
    [InlineData(-1, 999999999, "c70cff3b9ac9ffffffffffffffffff")]
    public void WriteTimestamp_AnyInstant_TakesSmallestOfThreeEncodings(long seconds, uint nanoseconds, string hex) =>
        Assert.Equal(hex, Codec.EncodeToHex((ref writer) => writer.WriteTimestamp(new(seconds, nanoseconds))));

    [Fact]
    public void Write_OutputOfSmallSpans_WritesSameBytesAsIntoOneSpan()
    {
        for (var spanBytesMax = 1; spanBytesMax < 40; spanBytesMax++)
        {
            var output = new FixedBufferWriter(4096, spanBytesMax);
            var writer = new MessagePackWriter(output);
            WriteSome(ref writer);
            writer.Flush();
            Assert.Equal(Codec.EncodeToHex(WriteSome), Codec.Hex(output.Written.Span));
        }
    }

    [Fact]
    public void Flush_BetweenValuesAndOtherWrites_KeepsTheOrder()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.Write(1);
        writer.Flush();
        output.Write<byte>([0x02]);
        writer.Write(3);
        writer.Flush();
        writer.Flush();
        Assert.Equal("010203", Codec.Hex(output.WrittenSpan));
    }

    [Fact]
    public void WriteHeader_NegativeCount_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Codec.Encode((ref writer) => writer.WriteArrayHeader(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Codec.Encode((ref writer) => writer.WriteMapHeader(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Codec.Encode((ref writer) => writer.WriteBinaryHeader(-1)));
    }

    private static void WriteSome(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(2);
        writer.Write("a name that is longer than a fixstr can hold");
        writer.Write(ulong.MaxValue);
        writer.Write(int.MinValue);
        writer.WriteBinary(Codec.Pattern(100));
        writer.WriteExtension(3, Codec.Pattern(17));
        writer.WriteTimestamp(new(-5, 7));
        writer.Write(0.1);
    }
}
