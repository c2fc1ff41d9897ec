using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>Lists of any length in a message: an array of values, or of arrays of fields.</summary>
internal static class WireList
{
    // A count is only a claim until the entries are there, so lists grow with what was read and not with the claim.
    private const int InitialCapacityMax = 16;

    /// <summary>Reads one entry.</summary>
    public delegate T ReadEntry<out T>(ref MessagePackReader reader);

    /// <summary>Reads a list whose entries are arrays of fields.</summary>
    public static IReadOnlyList<T> Read<T>(ref MessagePackReader reader)
        where T : IWireFields<T> => Read(ref reader, WireArray.Read<T>);

    /// <summary>Reads a list; it ends at the first entry that fails.</summary>
    public static IReadOnlyList<T> Read<T>(ref MessagePackReader reader, ReadEntry<T> read)
    {
        var count = reader.ReadArrayHeader();
        if (count == 0)
        {
            return [];
        }

        var entries = new List<T>(Math.Min(count, InitialCapacityMax));
        for (var i = 0; i < count && reader.Ok; i++)
        {
            entries.Add(read(ref reader));
        }

        return entries;
    }

    /// <summary>Reads a list of integers of 32 bits.</summary>
    public static IReadOnlyList<int> ReadInts(ref MessagePackReader reader) =>
        Read(ref reader, static (ref MessagePackReader entry) => entry.ReadInt32());

    /// <summary>Reads a list of texts.</summary>
    public static IReadOnlyList<string> ReadStrings(ref MessagePackReader reader) =>
        Read(ref reader, static (ref MessagePackReader entry) => entry.ReadString());

    /// <summary>Reads a list of binaries, each a slice of the frame.</summary>
    public static IReadOnlyList<ReadOnlySequence<byte>> ReadBinaries(ref MessagePackReader reader) =>
        Read(ref reader, static (ref MessagePackReader entry) => entry.ReadBinary());

    /// <summary>Writes a list whose entries are arrays of fields.</summary>
    public static void Write<T>(ref MessagePackWriter writer, FrameBuffer frame, IReadOnlyList<T> entries)
        where T : IWireFields<T>
    {
        writer.WriteArrayHeader(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            writer.WriteArrayHeader(T.FieldCount + entries[i].AppendedFieldCount);
            entries[i].Write(ref writer, frame);
        }
    }

    /// <summary>Writes a list of integers.</summary>
    public static void WriteInts(ref MessagePackWriter writer, IReadOnlyList<int> values)
    {
        writer.WriteArrayHeader(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            writer.Write(values[i]);
        }
    }

    /// <summary>Writes a list of texts.</summary>
    public static void WriteStrings(ref MessagePackWriter writer, IReadOnlyList<string> values)
    {
        writer.WriteArrayHeader(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            writer.Write(values[i]);
        }
    }

    /// <summary>Writes a list of binaries whose bytes go to the output uncopied.</summary>
    public static void WriteBulks(
        ref MessagePackWriter writer, FrameBuffer frame, IReadOnlyList<ReadOnlySequence<byte>> values)
    {
        writer.WriteArrayHeader(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            WriteBulk(ref writer, frame, values[i]);
        }
    }

    /// <summary>Writes one binary whose bytes go to the output uncopied.</summary>
    public static void WriteBulk(ref MessagePackWriter writer, FrameBuffer frame, in ReadOnlySequence<byte> value)
    {
        writer.WriteBinaryHeader(checked((int)value.Length));
        writer.Flush();
        frame.AppendBulk(value);
    }
}
