namespace ClusterLog.MessagePack;

/// <summary>What the first byte of a value says about it.</summary>
/// <param name="Type">The kind of value; <see cref="MessagePackType.None"/> for the byte that is never used.</param>
/// <param name="LengthWidth">How many bytes of length (or count) follow the first byte: 0, 1, 2 or 4.</param>
/// <param name="FixedLength">
/// The length (or count) itself where no bytes of it follow. For a number, the bytes that it has after the first.
/// </param>
internal readonly record struct MessagePackFormat(MessagePackType Type, int LengthWidth, int FixedLength);

/// <summary>The header of a value: all before its payload or its elements.</summary>
/// <param name="Type">The kind of value.</param>
/// <param name="Size">The bytes of the header: 1 to 6.</param>
/// <param name="Length">The bytes of payload after it; for an array or a map, the count of elements or pairs.</param>
/// <param name="ExtensionType">The type of an extension; 0 for other values.</param>
internal readonly record struct MessagePackHeader(MessagePackType Type, int Size, uint Length, sbyte ExtensionType)
{
    /// <summary>The bytes of a value that has no elements, header and payload.</summary>
    public long ValueSize => Size + (long)Length;

    /// <summary>How many values follow the header of an array or a map.</summary>
    public long ElementCount => Type == MessagePackType.Map ? 2L * Length : Length;
}
