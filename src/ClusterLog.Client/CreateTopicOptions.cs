namespace ClusterLog.Client;

/// <summary>What a new topic is to be like; see <see cref="Admin.CreateTopicAsync(string, CreateTopicOptions, CancellationToken)"/>.</summary>
public sealed record CreateTopicOptions
{
    /// <summary>How many partitions; 0, the default, for the cluster's default.</summary>
    public int Partitions { get; init; }

    /// <summary>On how many brokers each; 0, the default, for the cluster's default.</summary>
    public int Replicas { get; init; }

    /// <summary>
    /// Settings by name, such as <see cref="Protocol.TopicSetting.RetentionBytes"/> with <c>64MiB</c>; those that are not
    /// here get their defaults. The brokers judge them: an unknown name or a value that is not allowed fails with
    /// <see cref="Protocol.ErrorCode.InvalidArgument"/>. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = new Dictionary<string, string>();
}
