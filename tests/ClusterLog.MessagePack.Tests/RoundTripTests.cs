using ClusterLog.MessagePack.Tests.Values;
using FsCheck;
using FsCheck.Fluent;

namespace ClusterLog.MessagePack.Tests;

/// <summary>Whole values there and back, in one piece, in many, and cut short.</summary>
public sealed class RoundTripTests
{
    // A failure of FsCheck's is an exception that holds the seed and the shrunk value.
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Fact]
    public void Read_EdgeValue_IsWhatWasWritten() => ForEachEdge(AssertComesBack);

    [Fact]
    public void Read_GeneratedValue_IsWhatWasWritten() =>
        Prop.ForAll(ValueGenerators.Arbitrary, AssertComesBack).Check(Config);

    [Fact]
    public void Read_EdgeValueSplitAtEveryByte_IsWhatWasWritten() =>
        ForEachEdge(AssertComesBackInPieces);

    [Fact]
    public void Read_GeneratedValueSplitAtEveryByte_IsWhatWasWritten() =>
        Prop.ForAll(ValueGenerators.Arbitrary, AssertComesBackInPieces).Check(Config);

    [Fact]
    public void Read_EveryPrefixOfEdgeValue_NeedsMoreData() => ForEachEdge(AssertPrefixesNeedMore);

    [Fact]
    public void Read_EveryPrefixOfGeneratedValue_NeedsMoreData() =>
        Prop.ForAll(ValueGenerators.Arbitrary, AssertPrefixesNeedMore).Check(Config);

    [Fact]
    public void Read_ValuesInARow_EachEndsWhereTheNextBegins()
    {
        var bytes = EdgeValues.All.SelectMany(ValueCodec.Encode).ToArray();
        var reader = new MessagePackReader(bytes.AsMemory());
        var skipper = new MessagePackReader(bytes.AsMemory());
        foreach (var value in EdgeValues.All)
        {
            Assert.Equal(value.ToString(), ValueCodec.Read(ref reader).ToString());
            skipper.Skip();
            Assert.Equal(reader.Consumed, skipper.Consumed);
        }

        Assert.True(reader.End && reader.Ok && skipper.End && skipper.Ok);
        Assert.Equal(MessagePackType.None, reader.PeekType());
    }

    private static void ForEachEdge(Action<MessagePackValue> check)
    {
        foreach (var value in EdgeValues.All)
        {
            check(value);
        }
    }

    private static void AssertComesBack(MessagePackValue value)
    {
        var bytes = ValueCodec.Encode(value);
        AssertReads(value.ToString(), bytes.Length, new(bytes));
    }

    private static void AssertComesBackInPieces(MessagePackValue value)
    {
        var bytes = ValueCodec.Encode(value);
        var text = value.ToString();
        AssertReads(text, bytes.Length, Codec.SplitEverywhere(bytes));
        foreach (var offset in Offsets(bytes.Length))
        {
            // The middle piece is empty: a reader that takes an empty piece for the end would stop here.
            AssertReads(text, bytes.Length, Codec.Split(bytes, offset, offset));
        }
    }

    private static void AssertReads(string expected, int length, System.Buffers.ReadOnlySequence<byte> bytes)
    {
        var read = Codec.Read(bytes, ValueCodec.Read);
        Assert.Null(read.Error);
        Assert.Equal(length, read.Consumed);
        Assert.Equal(expected, read.Value.ToString());
        var skipped = Codec.Read(bytes, Skip);
        Assert.Null(skipped.Error);
        Assert.Equal(length, skipped.Consumed);
    }

    private static void AssertPrefixesNeedMore(MessagePackValue value)
    {
        var bytes = ValueCodec.Encode(value);
        foreach (var length in Offsets(bytes.Length).Where(offset => offset < bytes.Length))
        {
            var prefix = bytes.AsSpan(0, length).ToArray();
            var skipped = Codec.Read(prefix, Skip);
            Assert.Equal((MessagePackStatus.NeedMoreData, 0L), (skipped.Status, skipped.Consumed));
            var split = Codec.Read(Codec.Split(prefix, length / 2), Skip);
            Assert.Equal((MessagePackStatus.NeedMoreData, 0L), (split.Status, split.Consumed));
            var read = Codec.Read(prefix, ValueCodec.Read);
            Assert.Equal(MessagePackStatus.NeedMoreData, read.Status);
            Assert.True(value is ArrayValue or MapValue || read.Consumed == 0);
            Assert.NotNull(read.Error);
        }
    }

    /// <summary>Every offset of a short value; of a long one, those near its ends and a few between.</summary>
    private static IEnumerable<int> Offsets(int length) => Enumerable.Range(0, length + 1)
        .Where(offset => length <= 600 || offset < 10 || offset > length - 4 || offset % (length / 3) == 0);

    private static bool Skip(ref MessagePackReader reader)
    {
        reader.Skip();
        return reader.Ok;
    }
}
