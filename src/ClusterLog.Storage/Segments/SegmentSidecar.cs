using System.Buffers.Binary;
using ClusterLog.Raft;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// The index file beside a segment: a <see cref="SegmentSnapshot"/> with a checksum, little-endian. It is a cache: where
/// it is missing, damaged or behind, the segment itself is scanned.
/// <code>
///  0 u64 magic "CLUSTIDX"  8 u32 version  12 u32 crc32c of all that follows
/// 16 u64 group  24 u64 base index  32 i64 base offset  40 u64 last index  48 u64 last term
/// 56 i64 next offset  64 i64 max timestamp  72 i64 bytes covered  80 i32 points  84 i32 terms
/// 88 i32 configurations  92 i32 bytes of their payloads
/// 96 points: u64 index, i64 base offset, i64 max timestamp before, i64 position
///    terms: u64 index, u64 term
///    configurations: u64 index, u64 payload bytes; then the payloads, one behind the other
/// </code>
/// </summary>
internal static class SegmentSidecar
{
    /// <summary>Bytes of the fixed part.</summary>
    public const int HeaderBytes = 96;

    /// <summary>Bytes of one index point.</summary>
    public const int PointBytes = 32;

    /// <summary>Bytes of one start of a term.</summary>
    public const int TermBytes = 16;

    /// <summary>Bytes of one configuration, without its payload.</summary>
    public const int ConfigurationBytes = 16;

    public const uint Version = 3;

    /// <summary>"CLUSTIDX" read as a little-endian number.</summary>
    public const ulong Magic = 0x5844495453554C43;

    /// <summary>Unsynced on purpose: what a crash leaves of it fails its checksum, and is built again.</summary>
    public static void Save(IStorageDisk disk, SegmentSnapshot segment)
    {
        var temporary = segment.IndexPath + ".tmp";
        using (var file = disk.Open(temporary, FileUse.Create))
        {
            file.WriteAt(0, Encode(segment));
        }

        disk.Rename(temporary, segment.IndexPath);
    }

    /// <summary>Null when the file is missing, damaged, or of another segment.</summary>
    public static SegmentSnapshot? TryLoad(IStorageDisk disk, GroupId group, LogIndex baseIndex, string path)
    {
        if (!disk.Exists(path))
        {
            return null;
        }

        using var file = disk.Open(path, FileUse.Read);
        var bytes = new byte[Math.Min(file.Length, 64 << 20)];
        var count = file.ReadAt(0, bytes);
        var segment = TryDecode(bytes.AsSpan(0, count));
        return segment?.Group == group && segment.BaseIndex == baseIndex ? segment : null;
    }

    public static byte[] Encode(SegmentSnapshot segment)
    {
        var points = segment.Points.Span;
        var terms = segment.Terms.Span;
        var configurations = segment.Configurations.Span;
        var payloadBytes = 0;
        foreach (var configuration in configurations)
        {
            payloadBytes += configuration.Payload.Length;
        }

        var bytes = new byte[HeaderBytes + points.Length * PointBytes + terms.Length * TermBytes
            + configurations.Length * ConfigurationBytes + payloadBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        WriteAll(
            bytes.AsSpan(16),
            [
                (long)segment.Group.Value, (long)segment.BaseIndex.Value, segment.BaseOffset,
                (long)segment.LastIndex.Value, (long)segment.LastTerm.Value, segment.NextOffset,
                segment.MaxTimestamp, segment.Length,
            ]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(80), points.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(84), terms.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(88), configurations.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(92), payloadBytes);
        var position = HeaderBytes;
        foreach (var point in points)
        {
            WriteAll(
                bytes.AsSpan(position),
                [(long)point.Index.Value, point.BaseOffset, point.MaxTimestampBefore, point.Position]);
            position += PointBytes;
        }

        foreach (var term in terms)
        {
            WriteAll(bytes.AsSpan(position), [(long)term.Index.Value, (long)term.Term.Value]);
            position += TermBytes;
        }

        WriteConfigurations(bytes.AsSpan(position), configurations);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Crc32C.Compute(bytes.AsSpan(16)));
        return bytes;
    }

    private static void WriteConfigurations(Span<byte> target, ReadOnlySpan<StoredConfiguration> configurations)
    {
        var payloadAt = configurations.Length * ConfigurationBytes;
        for (var i = 0; i < configurations.Length; i++)
        {
            var payload = configurations[i].Payload.Span;
            WriteAll(target[(i * ConfigurationBytes)..], [(long)configurations[i].Index.Value, payload.Length]);
            payload.CopyTo(target[payloadAt..]);
            payloadAt += payload.Length;
        }
    }

    public static SegmentSnapshot? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != Version
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) != Crc32C.Compute(bytes[16..]))
        {
            return null;
        }

        var points = new IndexPoint[BinaryPrimitives.ReadInt32LittleEndian(bytes[80..])];
        var terms = new TermStart[BinaryPrimitives.ReadInt32LittleEndian(bytes[84..])];
        var position = HeaderBytes;
        for (var i = 0; i < points.Length; i++, position += PointBytes)
        {
            var at = bytes[position..];
            points[i] = new IndexPoint(new LogIndex((ulong)Read(at, 0)), Read(at, 1), Read(at, 2), Read(at, 3));
        }

        for (var i = 0; i < terms.Length; i++, position += TermBytes)
        {
            var at = bytes[position..];
            terms[i] = new TermStart(new LogIndex((ulong)Read(at, 0)), new Term((ulong)Read(at, 1)));
        }

        var configurations = ReadConfigurations(
            bytes[position..], BinaryPrimitives.ReadInt32LittleEndian(bytes[88..]));
        var head = bytes[16..];
        return new SegmentSnapshot(
            new GroupId((ulong)Read(head, 0)),
            new LogIndex((ulong)Read(head, 1)),
            Read(head, 2),
            new LogIndex((ulong)Read(head, 3)),
            new Term((ulong)Read(head, 4)),
            Read(head, 5),
            Read(head, 6),
            Read(head, 7),
            points,
            terms,
            configurations);
    }

    private static StoredConfiguration[] ReadConfigurations(ReadOnlySpan<byte> source, int count)
    {
        if (count == 0)
        {
            return [];
        }

        var configurations = new StoredConfiguration[count];
        var payloadAt = count * ConfigurationBytes;
        for (var i = 0; i < count; i++)
        {
            var at = source[(i * ConfigurationBytes)..];
            var length = (int)Read(at, 1);
            configurations[i] = new StoredConfiguration(
                new LogIndex((ulong)Read(at, 0)), source.Slice(payloadAt, length).ToArray());
            payloadAt += length;
        }

        return configurations;
    }

    private static void WriteAll(Span<byte> target, ReadOnlySpan<long> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target[(i * sizeof(long))..], values[i]);
        }
    }

    private static long Read(ReadOnlySpan<byte> source, int position) =>
        BinaryPrimitives.ReadInt64LittleEndian(source[(position * sizeof(long))..]);
}
