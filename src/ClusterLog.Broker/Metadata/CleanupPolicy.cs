namespace ClusterLog.Broker.Metadata;

/// <summary>What becomes of a topic's old records. The numbers stand in logs for ever.</summary>
[Flags]
internal enum CleanupPolicy
{
    /// <summary>No policy: not valid.</summary>
    None = 0,

    /// <summary>What is beyond <see cref="TopicConfig.RetentionBytes"/> or <see cref="TopicConfig.RetentionMs"/> goes.</summary>
    Delete = 1,

    /// <summary>A record goes once a later one has its key.</summary>
    Compact = 2,
}
