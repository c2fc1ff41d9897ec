using ClusterLog.MessagePack;

namespace ClusterLog.Protocol.Messages;

/// <summary>Maps of text to text in a message, in the order of the wire. Whether a key may come twice is its user's to say.</summary>
internal static class WireMap
{
    // A count is only a claim until the entries are there, so lists grow with what was read and not with the claim.
    private const int InitialCapacityMax = 16;

    /// <summary>Reads a map; it ends at the first entry that fails.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(ref MessagePackReader reader)
    {
        var count = reader.ReadMapHeader();
        if (count == 0)
        {
            return [];
        }

        var entries = new List<KeyValuePair<string, string>>(Math.Min(count, InitialCapacityMax));
        for (var i = 0; i < count && reader.Ok; i++)
        {
            entries.Add(new(reader.ReadString(), reader.ReadString()));
        }

        return entries;
    }

    /// <summary>Writes a map.</summary>
    public static void Write(ref MessagePackWriter writer, IReadOnlyList<KeyValuePair<string, string>> entries)
    {
        writer.WriteMapHeader(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            writer.Write(entries[i].Key);
            writer.Write(entries[i].Value);
        }
    }
}
