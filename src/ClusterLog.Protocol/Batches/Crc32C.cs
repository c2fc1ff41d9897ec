using System.Buffers.Binary;
using System.Numerics;

namespace ClusterLog.Protocol.Batches;

/// <summary>
/// CRC32C (Castagnoli, reflected 0x82F63B78), as in RFC 3720: starts at all ones and is inverted at the end.
/// </summary>
internal static class Crc32C
{
    // One CRC instruction waits three cycles for the one before it, and a new one can start in each: three runs of
    // bytes at once keep the unit busy. Runs this long make the cost of joining them vanish.
    private const int LaneBytes = 1024;

    private static readonly uint[] LaneShift = CreateLaneShift();

    /// <summary>The checksum of these bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>
    /// The checksum of what another checksum covers, followed by these bytes; 0 is the checksum of nothing.
    /// </summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var crc = ~checksum;
        while (bytes.Length >= 3 * LaneBytes)
        {
            crc = UpdateLanes(crc, bytes);
            bytes = bytes[(3 * LaneBytes)..];
        }

        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    private static uint UpdateLanes(uint crc, ReadOnlySpan<byte> bytes)
    {
        var first = bytes[..LaneBytes];
        var second = bytes.Slice(LaneBytes, LaneBytes);
        var third = bytes.Slice(2 * LaneBytes, LaneBytes);
        uint crc2 = 0, crc3 = 0;
        for (var i = 0; i < LaneBytes; i += sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(first[i..]));
            crc2 = BitOperations.Crc32C(crc2, BinaryPrimitives.ReadUInt64LittleEndian(second[i..]));
            crc3 = BitOperations.Crc32C(crc3, BinaryPrimitives.ReadUInt64LittleEndian(third[i..]));
        }

        // A CRC without its inversions is linear: that of two runs is that of the first, followed by as many zeros as
        // the second has bytes, xor that of the second.
        return ShiftLane(ShiftLane(crc) ^ crc2) ^ crc3;
    }

    private static uint ShiftLane(uint crc) =>
        LaneShift[(byte)crc]
        ^ LaneShift[256 + (byte)(crc >> 8)]
        ^ LaneShift[512 + (byte)(crc >> 16)]
        ^ LaneShift[768 + (crc >> 24)];

    /// <summary>For each byte of a register and each value: the register after a lane of zeros.</summary>
    private static uint[] CreateLaneShift()
    {
        var table = new uint[4 * 256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = (uint)(i & 0xFF) << (8 * (i >> 8));
            for (var zeros = 0; zeros < LaneBytes; zeros += sizeof(ulong))
            {
                crc = BitOperations.Crc32C(crc, 0UL);
            }

            table[i] = crc;
        }

        return table;
    }
}
