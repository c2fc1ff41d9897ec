using FsCheck;
using FsCheck.Fluent;

namespace ClusterLog.MessagePack.Tests.Values;

/// <summary>Generated values, with the boundaries of the format more often than chance would have them.</summary>
internal static class ValueGenerators
{
    private const int DepthMax = 4;

    private static readonly string[] Characters = ["a", "Z", "0", " ", "\0", "\"", "é", "漢", "\u2028", "😀"];
    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 255, 256, 257];

    private static readonly float[] Singles =
        [0, -0f, 1, -1.5f, float.MinValue, float.MaxValue, float.Epsilon, float.NaN, float.NegativeInfinity];

    private static readonly double[] Doubles =
        [0, -0d, 1, -1.5, 0.1, double.MinValue, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity];

    /// <summary>Any value at all.</summary>
    public static Gen<MessagePackValue> Any { get; } = Nested(DepthMax, isPortable: false);

    /// <summary>
    /// Values that Python and JavaScript can hold without loss: the keys of a map are distinct texts that do not look
    /// like indexes, and the type of an extension is the application's.
    /// </summary>
    public static Gen<MessagePackValue> Portable { get; } = Nested(DepthMax, isPortable: true);

    /// <summary>Any value, and on failure the parts of a collection that still fail.</summary>
    public static Arbitrary<MessagePackValue> Arbitrary { get; } = Arb.From(Any, Shrink);

    private static Gen<Int128> Integers => Gen.OneOf(
        Gen.Choose(-200, 300).Select(value => (Int128)value),
        Gen.Choose(0, 64).SelectMany(bits => Gen.Choose(-2, 2).Select(near => (Int128.One << bits) + near)),
        Gen.Choose(0, 63).SelectMany(bits => Gen.Choose(-2, 2).Select(near => near - (Int128.One << bits))),
        Gen.Choose(int.MinValue, int.MaxValue).SelectMany(high =>
            Gen.Choose(int.MinValue, int.MaxValue).Select(low => (Int128)(((long)high << 32) | (uint)low))));

    private static Gen<string> Texts => Gen.Frequency(
        (4, Gen.Choose(0, 20)), (1, Gen.Elements(Lengths)))
        .SelectMany(length => Gen.ArrayOf(Gen.Elements(Characters), length)).Select(string.Concat);

    private static Gen<byte[]> Binaries => Gen.Frequency((4, Gen.Choose(0, 20)), (1, Gen.Elements(Lengths)))
        .SelectMany(length => Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), length));

    private static Gen<MessagePackValue> Timestamps => Gen.Choose(0, 45).SelectMany(bits =>
        Gen.Choose(-1_000_000, 1_000_000).SelectMany(factor =>
            Gen.Frequency((1, Gen.Constant(0)), (3, Gen.Choose(0, 999_999_999))).Select(nanoseconds =>
                (MessagePackValue)new TimestampValue(((long)factor << bits) >> 20, (uint)nanoseconds))));

    private static Gen<MessagePackValue> Leaf(bool isPortable) => Gen.Frequency(
        (1, Gen.Constant<MessagePackValue>(new NilValue())),
        (1, Gen.Elements(true, false).Select(value => (MessagePackValue)new BooleanValue(value))),
        (5, Integers.Select(value =>
            (MessagePackValue)new IntegerValue(Int128.Clamp(value, long.MinValue, ulong.MaxValue)))),
        (1, Gen.OneOf(Gen.Elements(Singles), Gen.Choose(int.MinValue, int.MaxValue).Select(value => value / 64f))
            .Select(value => (MessagePackValue)new SingleValue(value))),
        (2, Gen.OneOf(Gen.Elements(Doubles), Gen.Choose(int.MinValue, int.MaxValue).Select(value => value / 3d))
            .Select(value => (MessagePackValue)new DoubleValue(value))),
        (3, Texts.Select(value => (MessagePackValue)new StringValue(value))),
        (2, Binaries.Select(value => (MessagePackValue)new BinaryValue(value))),
        (1, Timestamps),
        (1, Binaries.SelectMany(data => Gen.Choose(isPortable ? 0 : sbyte.MinValue, sbyte.MaxValue)
            .Where(type => type != MessagePackCode.TimestampExtension)
            .Select(type => (MessagePackValue)new ExtensionValue((sbyte)type, data)))));

    private static Gen<MessagePackValue> Nested(int depth, bool isPortable)
    {
        if (depth == 0)
        {
            return Leaf(isPortable);
        }

        var counts = Gen.Frequency((9, Gen.Choose(0, 5)), (1, Gen.Choose(14, 17)));
        var inner = Nested(depth - 1, isPortable);
        return Gen.Frequency(
            (3, Leaf(isPortable)),
            (2, counts.SelectMany(count => Gen.ArrayOf(inner, count))
                .Select(items => (MessagePackValue)new ArrayValue(items))),
            (2, counts.SelectMany(count => Gen.ArrayOf(Pair(inner, isPortable), count))
                .Select(pairs => (MessagePackValue)new MapValue([.. pairs.DistinctBy(pair => pair.Key.ToString())]))));
    }

    private static Gen<KeyValuePair<MessagePackValue, MessagePackValue>> Pair(
        Gen<MessagePackValue> inner, bool isPortable)
    {
        var keys = isPortable ? Texts.Select(text => (MessagePackValue)new StringValue("k" + text)) : Leaf(false);
        return keys.SelectMany(key => inner.Select(value => KeyValuePair.Create(key, value)));
    }

    private static IEnumerable<MessagePackValue> Shrink(MessagePackValue value) => value switch
    {
        ArrayValue array => array.Items.Concat(
            array.Items.Select((_, skip) => new ArrayValue([.. array.Items.Where((_, index) => index != skip)]))),
        MapValue map => map.Pairs.SelectMany(pair => new[] { pair.Key, pair.Value }).Concat(
            map.Pairs.Select((_, skip) => new MapValue([.. map.Pairs.Where((_, index) => index != skip)]))),
        _ => [],
    };
}
