namespace ClusterLog.Broker.Partitions;

/// <summary>
/// Gives up the oldest records of a partition: the payload of an entry of kind Command in its group.
/// </summary>
/// <param name="StartOffset">
/// The oldest offset to keep. One below the present start changes nothing; one above the high watermark, as of the
/// command's own entry, means the high watermark.
/// </param>
internal readonly record struct TrimCommand(long StartOffset) : IPartitionCommand;
