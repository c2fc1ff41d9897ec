using ClusterLog.MessagePack.Tests.Values;

namespace ClusterLog.MessagePack.Tests.Interop;

/// <summary>What other languages make of a value that have fewer kinds of number.</summary>
internal static class InteropValues
{
    // JavaScript's Number.MAX_SAFE_INTEGER.
    private const double SafeIntegerMax = (1L << 53) - 1;

    /// <summary>The value where floats of 32 bits become floats of 64: most languages have one type for both.</summary>
    public static MessagePackValue WithoutSingles(MessagePackValue value) =>
        Map(value, leaf => leaf is SingleValue single ? new DoubleValue(single.Value) : leaf);

    /// <summary>The value where, besides, floats that are whole become integers: JavaScript has one type for both.</summary>
    public static MessagePackValue WithoutWholeFloats(MessagePackValue value) =>
        Map(WithoutSingles(value), leaf => leaf is DoubleValue number && IsWhole(number.Value)
            ? new IntegerValue((Int128)number.Value)
            : leaf);

    /// <summary>Whether any part of the value is so.</summary>
    public static bool Contains(MessagePackValue value, Func<MessagePackValue, bool> predicate) => value switch
    {
        ArrayValue array => array.Items.Any(item => Contains(item, predicate)),
        MapValue map => map.Pairs.Any(pair => Contains(pair.Key, predicate) || Contains(pair.Value, predicate)),
        _ => predicate(value),
    };

    private static bool IsWhole(double value) => Math.Abs(value) <= SafeIntegerMax && Math.Floor(value) == value;

    private static MessagePackValue Map(MessagePackValue value, Func<MessagePackValue, MessagePackValue> leaf) =>
        value switch
        {
            ArrayValue array => new ArrayValue([.. array.Items.Select(item => Map(item, leaf))]),
            MapValue map => new MapValue(
                [.. map.Pairs.Select(pair => KeyValuePair.Create(Map(pair.Key, leaf), Map(pair.Value, leaf)))]),
            _ => leaf(value),
        };
}
