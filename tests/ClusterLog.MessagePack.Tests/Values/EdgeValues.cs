namespace ClusterLog.MessagePack.Tests.Values;

/// <summary>The values on both sides of every boundary of the format's table, portable between languages.</summary>
internal static class EdgeValues
{
    private static readonly int[] Lengths =
        [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 255, 256, 65535, 65536];

    public static IReadOnlyList<MessagePackValue> All { get; } =
    [
        new NilValue(),
        new BooleanValue(false),
        new BooleanValue(true),
        .. Integers().Select(value => new IntegerValue(value)),
        new SingleValue(1.5f),
        new SingleValue(float.NaN),
        new DoubleValue(0),
        new DoubleValue(-0d),
        new DoubleValue(0.1),
        new DoubleValue(1),
        new DoubleValue(1e300),
        new DoubleValue(double.NaN),
        new DoubleValue(double.NegativeInfinity),
        .. Lengths.Select(length => new StringValue(new string('s', length))),
        new StringValue("漢字 é 😀 \0"),
        .. Lengths.Select(length => new BinaryValue(Codec.Pattern(length))),
        .. Lengths.Select(length => new ExtensionValue(5, Codec.Pattern(length))),
        .. Lengths.Select(length => new ArrayValue([.. Enumerable.Range(0, length).Select(Element)])),
        .. Lengths.Select(length => new MapValue([.. Enumerable.Range(0, length).Select(Pair)])),
        .. Timestamps(),
    ];

    private static IEnumerable<Int128> Integers() =>
    [
        0, 1, 126, 127, 128, 129, 254, 255, 256, 257, 32767, 32768, 65535, 65536, 65537,
        int.MaxValue, int.MaxValue + 1L, uint.MaxValue, uint.MaxValue + 1L, (1L << 53) - 1, 1L << 53,
        long.MaxValue, long.MaxValue + (Int128)1, ulong.MaxValue,
        -1, -31, -32, -33, -127, -128, -129, -32767, -32768, -32769,
        int.MinValue, int.MinValue - 1L, -(1L << 53), long.MinValue + 1, long.MinValue,
    ];

    private static IEnumerable<TimestampValue> Timestamps() =>
    [
        new(0, 0), new(uint.MaxValue, 0), new(uint.MaxValue + 1L, 0), new(0, 1), new(0, 999_999_999),
        new((1L << 34) - 1, 999_999_999), new(1L << 34, 0), new(-1, 0), new(-1, 999_999_999), new(-62135596800, 0),
        new(253402300799, 999_999_999),
    ];

    private static MessagePackValue Element(int index) => new IntegerValue(index % 100);

    private static KeyValuePair<MessagePackValue, MessagePackValue> Pair(int index) =>
        new(new StringValue($"k{index}"), Element(index));
}
