using System.Buffers;

namespace ClusterLog.MessagePack.Tests;

/// <summary>Writes something with a writer, which cannot be captured and so comes in.</summary>
internal delegate void WriteAction(ref MessagePackWriter writer);

/// <summary>Reads something with a reader, which cannot be captured and so comes in.</summary>
internal delegate T ReadFunction<out T>(ref MessagePackReader reader);

/// <summary>Bytes to and from the codec, in one piece or in several.</summary>
internal static class Codec
{
    public static byte[] Encode(WriteAction write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static string EncodeToHex(WriteAction write) => Hex(Encode(write));

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));

    /// <summary>Bytes that differ from their neighbours, so that a shifted copy is seen.</summary>
    public static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        for (var index = 0; index < length; index++)
        {
            bytes[index] = (byte)(index * 31);
        }

        return bytes;
    }

    /// <summary>Reads one value and says how it ended.</summary>
    public static (T Value, MessagePackStatus Status, long Consumed, string? Error) Read<T>(
        byte[] bytes, ReadFunction<T> read, MessagePackLimits? limits = null) =>
        Read(new ReadOnlySequence<byte>(bytes), read, limits);

    public static (T Value, MessagePackStatus Status, long Consumed, string? Error) Read<T>(
        ReadOnlySequence<byte> bytes, ReadFunction<T> read, MessagePackLimits? limits = null)
    {
        var reader = new MessagePackReader(bytes, limits);
        var value = read(ref reader);
        return (value, reader.Status, reader.Consumed, reader.Error);
    }

    /// <summary>The same bytes in pieces that end at these offsets; offsets may repeat, which makes empty pieces.</summary>
    public static ReadOnlySequence<byte> Split(byte[] bytes, params ReadOnlySpan<int> offsets)
    {
        var first = new Segment(default, 0);
        var last = first;
        var start = 0;
        foreach (var offset in offsets)
        {
            last = last.Append(bytes.AsMemory(start, offset - start));
            start = offset;
        }

        last = last.Append(bytes.AsMemory(start));
        return new(first, 0, last, last.Memory.Length);
    }

    /// <summary>Every byte in a piece of its own.</summary>
    public static ReadOnlySequence<byte> SplitEverywhere(byte[] bytes) =>
        Split(bytes, Enumerable.Range(0, bytes.Length).ToArray());

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
