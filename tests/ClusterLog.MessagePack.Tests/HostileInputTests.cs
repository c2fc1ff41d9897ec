using ClusterLog.MessagePack.Tests.Values;
using FsCheck;
using FsCheck.Fluent;

namespace ClusterLog.MessagePack.Tests;

/// <summary>Bytes that nobody meant to be MessagePack.</summary>
public sealed class HostileInputTests
{
    private const int Cases = 20_000;

    private static readonly MessagePackLimits Limits = new() { DepthMax = 8, CollectionCountMax = 1000, StringBytesMax = 1000 };

    private static readonly ReadFunction<bool>[] TypedReads =
    [
        (ref reader) => reader.ReadBoolean(),
        (ref reader) => reader.ReadByte() > 0,
        (ref reader) => reader.ReadInt16() > 0,
        (ref reader) => reader.ReadUInt16() > 0,
        (ref reader) => reader.ReadInt32() > 0,
        (ref reader) => reader.ReadUInt32() > 0,
        (ref reader) => reader.ReadInt64() > 0,
        (ref reader) => reader.ReadUInt64() > 0,
        (ref reader) => reader.ReadSingle() > 0,
        (ref reader) => reader.ReadDouble() > 0,
        (ref reader) => reader.ReadString().Length > 0,
        (ref reader) => reader.ReadStringOrNil() is null,
        (ref reader) => reader.ReadStringBytes().IsEmpty,
        (ref reader) => reader.ReadBinary().IsEmpty,
        (ref reader) => reader.ReadArrayHeader() > 0,
        (ref reader) => reader.ReadMapHeader() > 0,
        (ref reader) => reader.ReadExtension().Type > 0,
        (ref reader) => reader.ReadTimestamp().Seconds > 0,
        Skip,
    ];

    [Fact]
    public void Read_RandomBytes_EndsInAStatusAndIsTheSameInPieces()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < Cases; round++)
        {
            var bytes = new byte[random.Next(0, 40)];
            random.NextBytes(bytes);

            // Most random first bytes are small integers; begin with a code that says more about what follows.
            if (bytes.Length > 0 && round % 2 == 0)
            {
                bytes[0] = (byte)random.Next(0x80, 0xe0);
            }

            AssertSameInPieces(bytes, $"seed {seed}, round {round}: {Codec.Hex(bytes)}");
        }
    }

    [Fact]
    public void Read_ValidValueWithAWrongByte_EndsInAStatusAndIsTheSameInPieces()
    {
        var cases = ValueGenerators.Any.Zip(Gen.Choose(0, int.MaxValue), (value, noise) => (value, noise));
        Prop.ForAll(cases.ToArbitrary(), pair =>
        {
            var bytes = ValueCodec.Encode(pair.value);
            bytes[pair.noise % bytes.Length] ^= (byte)(1 + (pair.noise % 255));
            AssertSameInPieces(bytes, Codec.Hex(bytes));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void Skip_MalformedPrefix_IsMalformedHoweverItGoesOn()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < Cases; round++)
        {
            var bytes = new byte[random.Next(1, 24)];
            random.NextBytes(bytes);
            bytes[0] = (byte)random.Next(0x80, 0xe0);
            var whole = Codec.Read(bytes, Skip, Limits);
            for (var length = 0; length < bytes.Length; length++)
            {
                var prefix = Codec.Read(bytes.AsSpan(0, length).ToArray(), Skip, Limits);
                var context = $"seed {seed}, round {round}, {length} bytes of {Codec.Hex(bytes)}: {prefix.Status}";
                Assert.True(prefix.Status != MessagePackStatus.Malformed || whole.Status == prefix.Status, context);
                Assert.True(prefix.Status != MessagePackStatus.Ok || whole.Consumed == prefix.Consumed, context);
            }
        }
    }

    private static void AssertSameInPieces(byte[] bytes, string context)
    {
        var pieces = Codec.SplitEverywhere(bytes);
        foreach (var read in TypedReads)
        {
            var whole = Codec.Read(bytes, read, Limits);
            Assert.True(whole == Codec.Read(pieces, read, Limits), context);
            Assert.True(whole.Status == MessagePackStatus.Ok == whole.Error is null, context);
            Assert.True(whole.Status == MessagePackStatus.Ok || whole.Consumed == 0, context);
        }

        var tree = Codec.Read(bytes, ValueCodec.Read, Limits);
        var treeInPieces = Codec.Read(pieces, ValueCodec.Read, Limits);
        Assert.True((tree.Status, tree.Consumed, tree.Error) ==
            (treeInPieces.Status, treeInPieces.Consumed, treeInPieces.Error), context);
        if (tree.Status == MessagePackStatus.Ok)
        {
            Assert.True(tree.Value.ToString() == treeInPieces.Value.ToString(), context);

            // A shorter encoding may exist, but what it holds is the same.
            var again = Codec.Read(ValueCodec.Encode(tree.Value), ValueCodec.Read, Limits);
            Assert.True(tree.Value.ToString() == again.Value.ToString(), context);
        }
    }

    private static bool Skip(ref MessagePackReader reader)
    {
        reader.Skip();
        return reader.Ok;
    }
}
