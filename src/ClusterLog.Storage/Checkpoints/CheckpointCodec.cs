using System.Buffers.Binary;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Checkpoints;

/// <summary>
/// The bytes of a checkpoint file, little-endian. The file ends with the state: one byte more or less is damage.
/// <code>
///  0 u64 magic "CLUSTCKP"   8 u32 version   12 u32 crc32c of the version and of all that follows
/// 16 u64 group             24 u64 index    32 u64 term   40 i64 next offset
/// 48 u64 configuration index   56 i32 configuration bytes, 0 while the founding one is in force   60 i32 state bytes
/// 64 the configuration, as an entry's payload has it; then the state
/// </code>
/// </summary>
internal static class CheckpointCodec
{
    /// <summary>Bytes of the fixed part.</summary>
    public const int HeaderBytes = 64;

    public const uint Version = 3;

    /// <summary>"CLUSTCKP" read as a little-endian number.</summary>
    public const ulong Magic = 0x504B435453554C43;

    public static byte[] Encode(GroupId group, RaftSnapshot snapshot)
    {
        byte[] configuration = snapshot.Configuration is { } logged ? ConfigurationCodec.Write(logged.Value) : [];
        var bytes = new byte[checked(HeaderBytes + configuration.Length + snapshot.State.Length)];
        var span = bytes.AsSpan();
        BinaryPrimitives.WriteUInt64LittleEndian(span, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(span[16..], group.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[24..], snapshot.Index.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(span[32..], snapshot.Term.Value);
        BinaryPrimitives.WriteInt64LittleEndian(span[40..], snapshot.NextOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(span[48..], snapshot.Configuration?.Index.Value ?? 0);
        BinaryPrimitives.WriteInt32LittleEndian(span[56..], configuration.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span[60..], snapshot.State.Length);
        configuration.CopyTo(span[HeaderBytes..]);
        snapshot.State.Span.CopyTo(span[(HeaderBytes + configuration.Length)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[12..], FormatVersion.Checksum(span));
        return bytes;
    }

    /// <summary>
    /// Reads a whole file. Null when it is not what was written for this group and index: <paramref name="problem"/>
    /// then says what was found.
    /// </summary>
    public static RaftSnapshot? TryDecode(ReadOnlyMemory<byte> file, GroupId group, LogIndex index, out string problem)
    {
        var bytes = file.Span;
        problem = FindFault(bytes);
        if (problem.Length > 0)
        {
            return null;
        }

        var (foundGroup, foundIndex) = (new GroupId(ReadUInt64(bytes, 16)), new LogIndex(ReadUInt64(bytes, 24)));
        var configurationBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes[56..]);
        var stateBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes[60..]);
        if (foundGroup != group || foundIndex != index)
        {
            problem = $"one of group {foundGroup} at index {foundIndex}";
            return null;
        }

        if (configurationBytes < 0 || stateBytes < 0
            || (long)HeaderBytes + configurationBytes + stateBytes != bytes.Length)
        {
            problem = $"{bytes.Length} bytes for {configurationBytes} of configuration and {stateBytes} of state";
            return null;
        }

        return new RaftSnapshot(
            foundIndex,
            new Term(ReadUInt64(bytes, 32)),
            (long)ReadUInt64(bytes, 40),
            configurationBytes == 0
                ? null
                : new LoggedConfiguration(
                    new LogIndex(ReadUInt64(bytes, 48)),
                    ConfigurationCodec.Read(bytes.Slice(HeaderBytes, configurationBytes))),
            file[(HeaderBytes + configurationBytes)..]);
    }

    private static string FindFault(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
        {
            return $"{bytes.Length} bytes";
        }

        if (ReadUInt64(bytes, 0) != Magic)
        {
            return "another kind of file";
        }

        var stored = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        var computed = FormatVersion.Checksum(bytes);
        return stored == computed ? "" : $"checksum {stored:x8} over bytes that give {computed:x8}";
    }

    private static ulong ReadUInt64(ReadOnlySpan<byte> bytes, int position) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[position..]);
}
