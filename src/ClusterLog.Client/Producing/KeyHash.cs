using System.Buffers.Binary;

namespace ClusterLog.Client.Producing;

/// <summary>
/// The hash that gives a key its partition: MurmurHash2 of 32 bits by Austin Appleby, with the seed and the
/// little-endian reading that Kafka's clients use, so that a key goes to the same partition there and here, in every
/// language. It must never change: records of one key would come to lie in two partitions.
/// </summary>
internal static class KeyHash
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;
    private const int Rotation = 24;

    /// <summary>The partition of a key: the hash without its sign, modulo the number of partitions.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitionCount) =>
        (int)(Compute(key) & int.MaxValue) % partitionCount;

    /// <summary>The hash of the bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var hash = unchecked(Seed ^ (uint)bytes.Length);
        while (bytes.Length >= 4)
        {
            var word = unchecked(BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Multiplier);
            word = unchecked((word ^ (word >> Rotation)) * Multiplier);
            hash = unchecked(hash * Multiplier) ^ word;
            bytes = bytes[4..];
        }

        if (!bytes.IsEmpty)
        {
            for (var i = bytes.Length - 1; i >= 0; i--)
            {
                hash ^= (uint)bytes[i] << (8 * i);
            }

            hash = unchecked(hash * Multiplier);
        }

        hash = unchecked((hash ^ (hash >> 13)) * Multiplier);
        return hash ^ (hash >> 15);
    }
}
