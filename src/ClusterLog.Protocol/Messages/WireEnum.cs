using ClusterLog.MessagePack;

namespace ClusterLog.Protocol.Messages;

/// <summary>Numbers with names. Those that a receiver must understand to obey are refused when it does not.</summary>
internal static class WireEnum
{
    /// <summary>Reads what a producer waits for: to guess at an unknown one could promise too much.</summary>
    public static Acks ReadAcks(ref MessagePackReader reader)
    {
        var value = reader.ReadByte();
        if (value > (byte)Acks.All)
        {
            reader.Fail("acks of 0, 1 or 2", $"{value}");
        }

        return reader.Ok ? (Acks)value : default;
    }

    /// <summary>Reads a role, which is only shown: one that this build does not know is kept as its number.</summary>
    public static ReplicaRole ReadReplicaRole(ref MessagePackReader reader) => (ReplicaRole)reader.ReadByte();
}
