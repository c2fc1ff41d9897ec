using ClusterLog.MessagePack;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// A topic's settings in metadata commands and in captured metadata. Fields are appended at the end, with a default for
/// those who do not have them; a reader skips those that it does not know.
/// <code>
/// [cleanup, retentionBytes, retentionMs, durability, tombstoneGraceMs]
/// change: the same, with nil for what stays
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
        SkipFrom(FieldCount, count, ref reader);
        return config;
    }

    public static void Write(ref MessagePackWriter writer, TopicConfigChange change)
    {
        writer.WriteArrayHeader(FieldCount);
        Write(ref writer, (long?)change.Cleanup);
        Write(ref writer, change.RetentionBytes);
        Write(ref writer, change.RetentionMs);
        Write(ref writer, (long?)change.Durability);
        Write(ref writer, change.TombstoneGraceMs);
    }

    public static TopicConfigChange ReadChange(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (reader.Ok && count < FieldCount)
        {
            reader.Fail($"{FieldCount} changes of a topic's settings", $"{count}");
        }

        var change = new TopicConfigChange
        {
            Cleanup = (CleanupPolicy?)ReadInt32OrNil(ref reader),
            RetentionBytes = ReadInt64OrNil(ref reader),
            RetentionMs = ReadInt64OrNil(ref reader),
            Durability = (Durability?)ReadInt32OrNil(ref reader),
            TombstoneGraceMs = ReadInt64OrNil(ref reader),
        };
        SkipFrom(FieldCount, count, ref reader);
        return change;
    }

    private static void Write(ref MessagePackWriter writer, long? value)
    {
        if (value is { } some)
        {
            writer.Write(some);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private static int? ReadInt32OrNil(ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadInt32();

    private static long? ReadInt64OrNil(ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadInt64();

    private static void SkipFrom(int field, int count, ref MessagePackReader reader)
    {
        for (; field < count && reader.Ok; field++)
        {
            reader.Skip();
        }
    }
}
