using ClusterLog.MessagePack;

namespace ClusterLog.Broker.Shards;

/// <summary>How captured states grow: a reader needs the fields that it knows, and passes over those added later.</summary>
internal static class StateFields
{
    /// <summary>Fails the reader when an array has fewer fields than this version knows.</summary>
    public static void Require(ref MessagePackReader reader, int count, int known, string what)
    {
        if (reader.Ok && count < known)
        {
            reader.Fail($"{known} fields of {what}", $"{count}");
        }
    }

    /// <summary>Passes over the fields beyond those that this version knows.</summary>
    public static void SkipRest(ref MessagePackReader reader, int count, int known)
    {
        for (var field = known; field < count && reader.Ok; field++)
        {
            reader.Skip();
        }
    }
}
