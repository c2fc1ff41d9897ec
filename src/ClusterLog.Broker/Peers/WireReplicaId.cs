using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// A replica's identity as one number: the incarnation in the upper 32 bits, the broker's id in the lower. Identities
/// that never lost a disk, which are nearly all, are as short as their broker's id.
/// </summary>
internal static class WireReplicaId
{
    public static void Write(ref MessagePackWriter writer, ReplicaId replica) => writer.Write(ToNumber(replica));

    /// <summary>Reads an identity; a broker's id above int.MaxValue fails the reader.</summary>
    public static ReplicaId Read(ref MessagePackReader reader)
    {
        var number = reader.ReadUInt64();
        if (reader.Ok && (uint)number > int.MaxValue)
        {
            reader.Fail($"a broker's id of at most {int.MaxValue}", $"{(uint)number}");
        }

        return reader.Ok ? new ReplicaId((int)number, (uint)(number >> 32)) : default;
    }

    private static ulong ToNumber(ReplicaId replica) => ((ulong)replica.Incarnation << 32) | (uint)replica.Value;
}
