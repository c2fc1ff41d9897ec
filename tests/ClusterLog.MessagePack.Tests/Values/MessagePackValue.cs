using System.Globalization;
using System.Text;

namespace ClusterLog.MessagePack.Tests.Values;

/// <summary>
/// A value of the format as a tree. <see cref="object.ToString"/> is exact, one text for one value: tests compare by
/// it and peers answer with it. It is JSON of arrays that begin with a tag; numbers and bytes are strings, since
/// JSON's numbers lose digits.
/// </summary>
internal abstract class MessagePackValue
{
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        AppendTo(text);
        return text.ToString();
    }

    public abstract void AppendTo(StringBuilder text);
}

internal sealed class NilValue : MessagePackValue
{
    public override void AppendTo(StringBuilder text) => text.Append("[\"n\"]");
}

internal sealed class BooleanValue(bool value) : MessagePackValue
{
    public bool Value => value;

    public override void AppendTo(StringBuilder text) => text.Append(value ? "[\"b\",true]" : "[\"b\",false]");
}

/// <summary>An integer from long.MinValue to ulong.MaxValue.</summary>
internal sealed class IntegerValue(Int128 value) : MessagePackValue
{
    public Int128 Value => value;

    public override void AppendTo(StringBuilder text) =>
        text.Append("[\"i\",\"").Append(value.ToString(CultureInfo.InvariantCulture)).Append("\"]");
}

internal sealed class SingleValue(float value) : MessagePackValue
{
    public float Value => value;

    public override void AppendTo(StringBuilder text) =>
        text.Append("[\"f4\",\"").Append($"{BitConverter.SingleToUInt32Bits(value):x8}").Append("\"]");
}

internal sealed class DoubleValue(double value) : MessagePackValue
{
    public double Value => value;

    public override void AppendTo(StringBuilder text) => text.Append("[\"f\",\"")
        .Append(double.IsNaN(value) ? "nan" : $"{BitConverter.DoubleToUInt64Bits(value):x16}").Append("\"]");
}

internal sealed class StringValue(string value) : MessagePackValue
{
    public string Value => value;

    public override void AppendTo(StringBuilder text) =>
        text.Append("[\"s\",\"").Append(Codec.Hex(Encoding.UTF8.GetBytes(value))).Append("\"]");
}

internal sealed class BinaryValue(byte[] value) : MessagePackValue
{
    public byte[] Value => value;

    public override void AppendTo(StringBuilder text) =>
        text.Append("[\"x\",\"").Append(Codec.Hex(value)).Append("\"]");
}

internal sealed class ExtensionValue(sbyte type, byte[] data) : MessagePackValue
{
    public sbyte Type => type;

    public byte[] Data => data;

    public override void AppendTo(StringBuilder text) =>
        text.Append("[\"e\",").Append(type).Append(",\"").Append(Codec.Hex(data)).Append("\"]");
}

internal sealed class TimestampValue(long seconds, uint nanoseconds) : MessagePackValue
{
    public MessagePackTimestamp Value => new(seconds, nanoseconds);

    public override void AppendTo(StringBuilder text) =>
        text.Append("[\"t\",\"").Append(seconds).Append("\",").Append(nanoseconds).Append(']');
}

internal sealed class ArrayValue(params MessagePackValue[] items) : MessagePackValue
{
    public MessagePackValue[] Items => items;

    public override void AppendTo(StringBuilder text)
    {
        text.Append("[\"a\",[");
        for (var index = 0; index < items.Length; index++)
        {
            text.Append(index == 0 ? string.Empty : ",");
            items[index].AppendTo(text);
        }

        text.Append("]]");
    }
}

internal sealed class MapValue(params KeyValuePair<MessagePackValue, MessagePackValue>[] pairs) : MessagePackValue
{
    public KeyValuePair<MessagePackValue, MessagePackValue>[] Pairs => pairs;

    public override void AppendTo(StringBuilder text)
    {
        text.Append("[\"m\",[");
        for (var index = 0; index < pairs.Length; index++)
        {
            text.Append(index == 0 ? "[" : ",[");
            pairs[index].Key.AppendTo(text);
            text.Append(',');
            pairs[index].Value.AppendTo(text);
            text.Append(']');
        }

        text.Append("]]");
    }
}
