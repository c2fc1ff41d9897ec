using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ClusterLog.Broker.Compaction;

/// <summary>
/// What stands for a key in maps and indexes: the first 128 bits of its SHA-256. Of a cryptographic hash, so that nobody
/// can choose two keys of which one would take the other's place.
/// </summary>
internal readonly record struct KeyDigest(ulong High, ulong Low)
{
    public static KeyDigest Of(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return new(BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]));
    }
}
