namespace ClusterLog.MessagePack.Tests;

/// <summary>What a peer may not make a reader do.</summary>
public sealed class MessagePackLimitsTests
{
    private static readonly MessagePackLimits Tight = new()
    {
        DepthMax = 3, StringBytesMax = 4, BinaryBytesMax = 5, CollectionCountMax = 6,
    };

    [Theory]
    [InlineData("a461616161", nameof(MessagePackStatus.Ok))]
    [InlineData("a5", nameof(MessagePackStatus.Malformed))]
    [InlineData("dbffffffff", nameof(MessagePackStatus.Malformed))]
    [InlineData("db7fffffff", nameof(MessagePackStatus.Malformed))]
    [InlineData("c4050102030405", nameof(MessagePackStatus.Ok))]
    [InlineData("c406", nameof(MessagePackStatus.Malformed))]
    [InlineData("c6ffffffff", nameof(MessagePackStatus.Malformed))]
    [InlineData("c705010102030405", nameof(MessagePackStatus.Ok))]
    [InlineData("c70601", nameof(MessagePackStatus.Malformed))]
    [InlineData("d801", nameof(MessagePackStatus.Malformed))]
    [InlineData("c9ffffffff01", nameof(MessagePackStatus.Malformed))]
    [InlineData("96010101010101", nameof(MessagePackStatus.Ok))]
    [InlineData("97", nameof(MessagePackStatus.Malformed))]
    [InlineData("ddffffffff", nameof(MessagePackStatus.Malformed))]
    [InlineData("87", nameof(MessagePackStatus.Malformed))]
    [InlineData("dfffffffff", nameof(MessagePackStatus.Malformed))]
    public void Skip_LengthAtAndOverLimit_IsDecidedByTheHeaderAlone(string hex, string status) =>
        Assert.Equal(status, SkipStatus(Codec.Bytes(hex), Tight).ToString());

    [Theory]
    [InlineData("91919101", nameof(MessagePackStatus.Ok))]
    [InlineData("91919190", nameof(MessagePackStatus.Ok))]
    [InlineData("9191919101", nameof(MessagePackStatus.Malformed))]
    [InlineData("81018101810101", nameof(MessagePackStatus.Ok))]
    [InlineData("810181018101810101", nameof(MessagePackStatus.Malformed))]
    [InlineData("930191920102", nameof(MessagePackStatus.NeedMoreData))]
    public void Skip_DepthAtAndOverLimit_CountsOpenCollections(string hex, string status) =>
        Assert.Equal(status, SkipStatus(Codec.Bytes(hex), Tight).ToString());

    [Fact]
    public void Skip_MillionOpenArrays_IsMalformedAndNeedsNoStack()
    {
        var bytes = new byte[1_000_000];
        bytes.AsSpan().Fill(0x91);
        Assert.Equal(MessagePackStatus.Malformed, SkipStatus(bytes, MessagePackLimits.Default));
        Assert.Equal(
            MessagePackStatus.Malformed,
            SkipStatus(bytes, new MessagePackLimits { DepthMax = MessagePackLimits.DepthCeiling }));
    }

    [Theory]
    [InlineData("dd000fffff01")]
    [InlineData("df0007ffff0101")]
    [InlineData("9301")]
    public void ReadCollectionHeader_MoreElementsThanBytes_NeedsMoreDataAndReturnsZero(string hex)
    {
        var count = Codec.Read(Codec.Bytes(hex), (ref reader) =>
            reader.PeekType() == MessagePackType.Map ? reader.ReadMapHeader() : reader.ReadArrayHeader());
        Assert.Equal((0, MessagePackStatus.NeedMoreData, 0L), (count.Value, count.Status, count.Consumed));
    }

    [Fact]
    public void ReadMapHeader_HalfOfAPair_NeedsMoreData()
    {
        Assert.Equal(MessagePackStatus.NeedMoreData, Codec.Read(
            Codec.Bytes("82010101"), (ref reader) => reader.ReadMapHeader()).Status);
        Assert.Equal(2, Codec.Read(Codec.Bytes("8201010101"), (ref reader) => reader.ReadMapHeader()).Value);
    }

    [Fact]
    public void ReadString_OverLimit_AllocatesOnlyTheError()
    {
        var input = new byte[5];
        Codec.Bytes("db7fffffff").CopyTo(input, 0);
        SkipStatus(input, MessagePackLimits.Default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new MessagePackReader(input.AsMemory());
        var text = reader.ReadString();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((string.Empty, MessagePackStatus.Malformed), (text, reader.Status));
        Assert.InRange(allocated, 0, 4096);
        Assert.Equal("At byte 0: expected a string of at most 1048576, found one of 2147483647.", reader.Error);
    }

    [Fact]
    public void Limits_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackLimits { DepthMax = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackLimits { DepthMax = 257 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackLimits { StringBytesMax = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackLimits { BinaryBytesMax = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackLimits { CollectionCountMax = -1 });
    }

    private static MessagePackStatus SkipStatus(byte[] bytes, MessagePackLimits limits)
    {
        var reader = new MessagePackReader(bytes.AsMemory(), limits);
        reader.Skip();
        Assert.Equal(reader.Ok ? bytes.Length : 0, reader.Consumed);
        return reader.Status;
    }
}
