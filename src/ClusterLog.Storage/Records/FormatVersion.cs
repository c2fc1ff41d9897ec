using System.Buffers.Binary;

namespace ClusterLog.Storage.Records;

/// <summary>
/// Tells a file of another version of the format from a damaged one. The checksum of a header covers its version, so that
/// a flipped bit makes no other version; before version 3 of the directory it did not.
/// </summary>
internal static class FormatVersion
{
    private const int VersionAt = 8;
    private const int ChecksumAt = 12;
    private const int CheckedFrom = 16;

    /// <summary>Of the version, and of the bytes from 16 on.</summary>
    public static uint Checksum(ReadOnlySpan<byte> header) =>
        Crc32C.Append(Crc32C.Compute(header.Slice(VersionAt, sizeof(uint))), header[CheckedFrom..]);

    /// <summary>
    /// The version of a file whose header, up to its end, is undamaged and of another version than
    /// <paramref name="known"/>; else null.
    /// </summary>
    public static uint? OtherVersion(ReadOnlySpan<byte> header, ulong magic, uint known)
    {
        if (header.Length <= CheckedFrom || BinaryPrimitives.ReadUInt64LittleEndian(header) != magic)
        {
            return null;
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[VersionAt..]);
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]);
        return version != known && (stored == Checksum(header) || stored == Crc32C.Compute(header[CheckedFrom..]))
            ? version
            : null;
    }

    /// <exception cref="DataDirectoryException">There is another version.</exception>
    public static void RefuseOther(string path, uint? other, uint known)
    {
        if (other is { } version)
        {
            throw new DataDirectoryException(
                $"{path} is of version {version} of the storage format, and this program reads version {known}.");
        }
    }
}
