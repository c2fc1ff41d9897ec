using System.Buffers.Binary;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Wal;

/// <summary>
/// The head of one group commit, at a multiple of 4,096 bytes, little-endian.
/// <code>
///  0 u32 crc32c of bytes 4 to 39    8 u64 epoch             24 u32 length, header included, padding not
///  4 u32 magic "CLWB"              16 u64 commit sequence   28 u32 record count
/// 32 u64 synced through
/// </code>
/// </summary>
/// <param name="SyncedThrough">
/// All blocks up to and with the one of this sequence were synced before this one was written: damage there is damage.
/// What lies between the two may be lost in any subset, and nobody but groups that allow it was told of it. Invariant:
/// <c>SyncedThrough &lt; Sequence</c>; a block whose own sync somebody waits for has <c>Sequence - 1</c>.
/// </param>
internal readonly record struct WalBlockHeader(
    ulong Epoch, ulong Sequence, int Length, int RecordCount, ulong SyncedThrough)
{
    /// <summary>Bytes of the header; the first record follows.</summary>
    public const int SizeBytes = 40;

    /// <summary>"CLWB" read as a little-endian number.</summary>
    public const uint Magic = 0x42574C43;

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(target[24..], Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[28..], RecordCount);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], SyncedThrough);
        BinaryPrimitives.WriteUInt32LittleEndian(target, Crc32C.Compute(target[4..SizeBytes]));
    }

    /// <summary>Null when the bytes are no undamaged header.</summary>
    public static WalBlockHeader? TryRead(ReadOnlySpan<byte> source)
    {
        if (source.Length < SizeBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != Crc32C.Compute(source[4..SizeBytes]))
        {
            return null;
        }

        return new WalBlockHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[28..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[32..]));
    }
}
