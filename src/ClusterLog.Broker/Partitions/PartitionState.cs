using ClusterLog.Raft;

namespace ClusterLog.Broker.Partitions;

/// <summary>
/// All of a partition that follows from its committed entries, as of one of them. The records themselves are no part of
/// it: they stay in the log.
/// </summary>
/// <param name="HighWatermark">The offset after the last committed record.</param>
/// <param name="StartOffset">The oldest offset that has not been trimmed; at most <paramref name="HighWatermark"/>.</param>
/// <param name="Checksum">CRC32C over what identifies every batch applied, chained.</param>
/// <param name="SizeBytes">The bytes of all batches applied, as they were produced.</param>
/// <param name="Producers">The producers remembered, with their latest batches.</param>
/// <param name="Horizon">Up to where the marks of deleted keys may go.</param>
/// <param name="AssignedAt">The metadata entry as of which its group's members are led to where they are to be; zero for none.</param>
internal readonly record struct PartitionState(
    long HighWatermark,
    long StartOffset,
    uint Checksum,
    long SizeBytes,
    ProducerTable Producers,
    TombstoneHorizon Horizon = default,
    LogIndex AssignedAt = default);
