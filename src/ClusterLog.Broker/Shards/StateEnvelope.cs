using System.Buffers.Binary;
using ClusterLog.Protocol.Batches;

namespace ClusterLog.Broker.Shards;

/// <summary>
/// What surrounds the captured state of a state machine, in checkpoints and on the way to a follower: which machine it
/// is of, in which version of its layout, and that not a bit of it has changed since it was captured. All numbers are
/// little-endian.
/// <code>
/// 0  u8   kind
/// 1  u8   version of the body's layout
/// 2  u32  CRC32C of kind, version and body
/// 6       body
/// </code>
/// </summary>
internal static class StateEnvelope
{
    /// <summary>What stands before the body.</summary>
    public const int HeaderBytes = 6;

    /// <summary>The state of a partition.</summary>
    public const byte Partition = (byte)'P';

    /// <summary>The state of the metadata group.</summary>
    public const byte Metadata = (byte)'M';

    private const int ChecksumAt = 2;

    /// <summary>Fills in the header of a state whose body stands behind it already.</summary>
    public static void Seal(Span<byte> state, byte kind, byte version)
    {
        state[0] = kind;
        state[1] = version;
        BinaryPrimitives.WriteUInt32LittleEndian(state[ChecksumAt..], ChecksumOf(state));
    }

    /// <summary>The body of a state of this kind and version.</summary>
    /// <exception cref="InvalidDataException">It is of another, or damaged.</exception>
    public static ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> state, byte kind, byte version)
    {
        var bytes = state.Span;
        if (bytes.Length < HeaderBytes)
        {
            throw new InvalidDataException(
                $"Captured state of kind '{(char)kind}': expected at least {HeaderBytes} bytes, found {bytes.Length}.");
        }

        var (expected, found) = (BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..]), ChecksumOf(bytes));
        if (expected != found)
        {
            throw new InvalidDataException(
                $"Captured state of kind '{(char)kind}', {bytes.Length} bytes: expected checksum {expected:x8}, found {found:x8}.");
        }

        if (bytes[0] != kind || bytes[1] != version)
        {
            throw new InvalidDataException(
                $"Captured state: expected kind '{(char)kind}' in version {version}, "
                + $"found kind '{(char)bytes[0]}' in version {bytes[1]}.");
        }

        return state[HeaderBytes..];
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> state) =>
        Crc32C.Append(Crc32C.Compute(state[..ChecksumAt]), state[HeaderBytes..]);
}
