using ClusterLog.MessagePack;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// A topic's settings in metadata commands and in captured metadata. Fields are appended at the end, with a default for
/// those who do not have them; a reader skips those that it does not know.
/// <code>
/// [cleanup, retentionBytes, retentionMs, durability, tombstoneGraceMs]
/// </code>
/// </summary>
internal static class TopicConfigCodec
{
    private const int FieldCount = 5;

    public static void Write(ref MessagePackWriter writer, TopicConfig config)
    {
        writer.WriteArrayHeader(FieldCount);
        writer.Write((int)config.Cleanup);
        writer.Write(config.RetentionBytes);
        writer.Write(config.RetentionMs);
        writer.Write((int)config.Durability);
        writer.Write(config.TombstoneGraceMs);
    }

    public static TopicConfig Read(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (reader.Ok && count < FieldCount)
        {
            reader.Fail($"{FieldCount} settings of a topic", $"{count}");
        }

        var config = new TopicConfig
        {
            Cleanup = (CleanupPolicy)reader.ReadInt32(),
            RetentionBytes = reader.ReadInt64(),
            RetentionMs = reader.ReadInt64(),
            Durability = (Durability)reader.ReadInt32(),
            TombstoneGraceMs = reader.ReadInt64(),
        };
        for (var field = FieldCount; field < count && reader.Ok; field++)
        {
            reader.Skip();
        }

        return config;
    }
}
