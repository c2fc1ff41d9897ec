using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace ClusterLog.Raft.Membership;

/// <summary>
/// The payload of an entry of kind <see cref="EntryKind.Configuration"/>: the whole configuration that holds from the
/// entry on, so that one entry tells it without those before.
/// </summary>
/// <remarks>
/// Little-endian:
/// <code>
///  offset size
///       0    1  version, 1
///       1    1  flags: bit 0 leaves by itself; others zero
///       2    2  number of incoming voters, at least one
///       4    2  number of outgoing voters
///       6    2  number of learners
///       8    2  number of learners-to-be
///      10    8  each member of the four sets in turn, rising within a set: broker id (4), incarnation (4)
/// </code>
/// </remarks>
internal static class ConfigurationCodec
{
    /// <summary>The version that this code writes, and the only one that it reads.</summary>
    public const byte Version = 1;

    /// <summary>Most members in one set: far above any group, far below what a damaged count could ask for.</summary>
    public const int SetMembersMax = 1024;

    private const int HeaderSize = 10;
    private const int MemberSize = 8;
    private const int Sets = 4;
    private const byte AutoLeaveFlag = 1;

    public static byte[] Write(Configuration configuration)
    {
        var quorum = configuration.Quorum;
        var count = quorum.Incoming.Voters.Length + quorum.Outgoing.Voters.Length
            + configuration.Learners.Length + configuration.LearnersNext.Length;
        var bytes = new byte[HeaderSize + (count * MemberSize)];
        bytes[0] = Version;
        bytes[1] = configuration.AutoLeave ? AutoLeaveFlag : (byte)0;
        var at = HeaderSize;
        WriteSet(bytes, 0, ref at, quorum.Incoming.Voters);
        WriteSet(bytes, 1, ref at, quorum.Outgoing.Voters);
        WriteSet(bytes, 2, ref at, configuration.Learners);
        WriteSet(bytes, 3, ref at, configuration.LearnersNext);
        return bytes;
    }

    /// <summary>Reads a payload that is known to be good, for instance because its log's checksum holds.</summary>
    /// <exception cref="InvalidDataException">The bytes are no configuration; the text says why.</exception>
    public static Configuration Read(ReadOnlySpan<byte> bytes)
        => TryRead(bytes, out var configuration, out var error) ? configuration : throw new InvalidDataException(error);

    /// <summary>Reads a payload; false, with the reason, where the bytes are no configuration.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out Configuration? configuration,
        [NotNullWhen(false)] out string? error)
    {
        configuration = null;
        error = FindFault(bytes);
        if (error is not null)
        {
            return false;
        }

        var at = HeaderSize;
        var sets = new ReplicaId[Sets][];
        for (var set = 0; set < Sets; set++)
        {
            if (!TryReadSet(bytes, set, ref at, out sets[set]))
            {
                error = $"The members of set {set} of a configuration are not in rising order, or one is nobody.";
                return false;
            }
        }

        try
        {
            configuration = new Configuration(sets[0], sets[1], sets[2], sets[3], bytes[1] == AutoLeaveFlag);
            return true;
        }
        catch (ArgumentException exception)
        {
            error = exception.Message;
            return false;
        }
    }

    private static string? FindFault(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize)
        {
            return $"A configuration takes at least {HeaderSize} bytes, but there are {bytes.Length}.";
        }

        if (bytes[0] != Version)
        {
            return $"A configuration of version {Version} was expected, but it is of version {bytes[0]}.";
        }

        if (bytes[1] > AutoLeaveFlag)
        {
            return $"A configuration has the flags {bytes[1]}, of which not all are known.";
        }

        var members = 0;
        for (var set = 0; set < Sets; set++)
        {
            var count = CountOf(bytes, set);
            if (count > SetMembersMax || (set == 0 && count == 0))
            {
                return $"Set {set} of a configuration has {count} members, not {(set == 0 ? 1 : 0)} to {SetMembersMax}.";
            }

            members += count;
        }

        var size = HeaderSize + (members * MemberSize);
        return bytes.Length == size
            ? null
            : $"A configuration of {members} members takes {size} bytes, but there are {bytes.Length}.";
    }

    private static int CountOf(ReadOnlySpan<byte> bytes, int set)
        => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 + (set * sizeof(ushort)))..]);

    private static bool TryReadSet(ReadOnlySpan<byte> bytes, int set, ref int at, out ReplicaId[] members)
    {
        members = new ReplicaId[CountOf(bytes, set)];
        var previous = ReplicaId.None;
        for (var i = 0; i < members.Length; i++, at += MemberSize)
        {
            members[i] = new ReplicaId(
                BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + sizeof(int))..]));
            if (members[i].IsNone || (i > 0 && members[i].CompareTo(previous) <= 0))
            {
                return false;
            }

            previous = members[i];
        }

        return true;
    }

    private static void WriteSet(Span<byte> bytes, int set, ref int at, ReadOnlySpan<ReplicaId> members)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(members.Length, SetMembersMax, nameof(members));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 + (set * sizeof(ushort)))..], (ushort)members.Length);
        foreach (var member in members)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], member.Value);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(at + sizeof(int))..], member.Incarnation);
            at += MemberSize;
        }
    }
}
