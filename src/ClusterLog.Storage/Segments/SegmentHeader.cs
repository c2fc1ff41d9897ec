using System.Buffers.Binary;
using ClusterLog.Raft;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// The head of a segment file, little-endian.
/// <code>
///  0 u64 magic "CLUSTSEG"   8 u32 version   12 u32 crc32c of bytes 8 to 11 and 16 to 47
/// 16 u64 group             24 u64 base index   32 i64 base offset   40 u64 zero
/// </code>
/// </summary>
internal readonly record struct SegmentHeader(GroupId Group, LogIndex BaseIndex, long BaseOffset)
{
    /// <summary>Bytes of the header; the first record follows.</summary>
    public const int SizeBytes = 48;

    public const uint Version = 3;

    /// <summary>"CLUSTSEG" read as a little-endian number.</summary>
    public const ulong Magic = 0x4745535453554C43;

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Group.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], BaseIndex.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], BaseOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(target[40..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], FormatVersion.Checksum(target[..SizeBytes]));
    }

    /// <summary>The version in an undamaged header of another one; else null.</summary>
    public static uint? OtherVersion(ReadOnlySpan<byte> source) =>
        FormatVersion.OtherVersion(source[..Math.Min(source.Length, SizeBytes)], Magic, Version);

    /// <summary>Null when the bytes are no whole, undamaged header of a version that this code knows.</summary>
    public static SegmentHeader? TryRead(ReadOnlySpan<byte> source)
    {
        if (source.Length < SizeBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[8..]) != Version
            || BinaryPrimitives.ReadUInt32LittleEndian(source[12..]) != FormatVersion.Checksum(source[..SizeBytes]))
        {
            return null;
        }

        return new SegmentHeader(
            new GroupId(BinaryPrimitives.ReadUInt64LittleEndian(source[16..])),
            new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(source[24..])),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]));
    }
}
