using System.Buffers.Binary;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Wal;

/// <summary>
/// The first page of a WAL file, little-endian, zeros up to 4,096 bytes.
/// <code>
///  0 u64 magic "CLUSTWAL"   8 u32 version   12 u32 crc32c of bytes 8 to 11 and 16 to 31
/// 16 u64 epoch             24 i64 file bytes
/// </code>
/// </summary>
internal readonly record struct WalFileHeader(ulong Epoch, long FileBytes)
{
    /// <summary>Bytes of the page that holds the header: blocks start at a multiple of it.</summary>
    public const int PageBytes = 4096;

    public const uint Version = 3;

    /// <summary>"CLUSTWAL" read as a little-endian number.</summary>
    public const ulong Magic = 0x4C41575453554C43;

    private const int End = 32;

    public void Write(Span<byte> page)
    {
        page.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(page, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(page[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(page[16..], Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(page[24..], FileBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(page[12..], FormatVersion.Checksum(page[..End]));
    }

    /// <summary>The version in an undamaged header of another one; else null.</summary>
    public static uint? OtherVersion(ReadOnlySpan<byte> page) =>
        FormatVersion.OtherVersion(page[..Math.Min(page.Length, End)], Magic, Version);

    /// <summary>Null when the bytes are no undamaged header of a version that this code knows.</summary>
    public static WalFileHeader? TryRead(ReadOnlySpan<byte> page)
    {
        if (page.Length < End
            || BinaryPrimitives.ReadUInt64LittleEndian(page) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(page[8..]) != Version
            || BinaryPrimitives.ReadUInt32LittleEndian(page[12..]) != FormatVersion.Checksum(page[..End]))
        {
            return null;
        }

        return new WalFileHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(page[16..]), BinaryPrimitives.ReadInt64LittleEndian(page[24..]));
    }
}
