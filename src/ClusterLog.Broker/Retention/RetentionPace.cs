using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Storage;

namespace ClusterLog.Broker.Retention;

/// <summary>
/// In which steps a partition gives up its oldest records, so that what lies on disk stays within a fifth of what is to be
/// kept: with R bytes of retention, a segment is R/10, a checkpoint comes every R/20, and the start moves by R/20. A replica
/// holds at most R, what lies between the start and the checkpoint before it (R/20), the segment that this stands in (R/10),
/// and what came while the trim was on its way. Pure.
/// </summary>
/// <param name="Log">How the log is cut into segments.</param>
/// <param name="Checkpoints">How often the state is captured.</param>
/// <param name="StepBytes">The start moves by so many bytes at least, where bytes are limited.</param>
/// <param name="StepMilliseconds">The start moves after so long at the soonest, where age is limited.</param>
internal sealed record RetentionPace(LogPace Log, CheckpointPace Checkpoints, long StepBytes, long StepMilliseconds)
{
    /// <summary>Segments of a limit of bytes; half as long are the steps of checkpoints and of the start.</summary>
    private const int SegmentsPerRetention = 10;

    private const int StepsPerRetentionTime = 20;

    /// <summary>The shard looks once a second.</summary>
    private const long StepMillisecondsMin = 1_000;

    private const long SegmentAgeMillisecondsMax = 30L * 86_400_000;

    /// <summary>Keeps everything.</summary>
    public static RetentionPace None { get; } = new(LogPace.Default, CheckpointPace.Default, long.MaxValue, long.MaxValue);

    /// <param name="config">The topic's settings.</param>
    /// <param name="storage">
    /// A segment is not smaller than <see cref="StorageOptions.SegmentFlushBytes"/>, which is written at a time: of a limit
    /// below ten times that, more than a fifth above it may be on disk.
    /// </param>
    public static RetentionPace Of(TopicConfig config, StorageOptions storage)
    {
        if (!config.HasRetention)
        {
            return None;
        }

        long segmentBytes = 0;
        var stepBytes = long.MaxValue;
        if (config.RetentionBytes != TopicConfig.Unlimited)
        {
            segmentBytes = Math.Clamp(
                config.RetentionBytes / SegmentsPerRetention,
                Math.Min(storage.SegmentFlushBytes, storage.SegmentBytesMax),
                storage.SegmentBytesMax);
            stepBytes = Math.Max(1, segmentBytes / 2);
        }

        var (segmentAge, checkpointAge, stepTime) = (0L, long.MaxValue, long.MaxValue);
        if (config.RetentionMs != TopicConfig.Unlimited)
        {
            segmentAge = Math.Clamp(
                config.RetentionMs / SegmentsPerRetention, StepMillisecondsMin, SegmentAgeMillisecondsMax);
            checkpointAge = segmentAge;
            stepTime = Math.Max(config.RetentionMs / StepsPerRetentionTime, StepMillisecondsMin);
        }

        return new RetentionPace(
            new LogPace(segmentBytes, TimeSpan.FromMilliseconds(segmentAge), KeepsCheckpoints: true),
            new CheckpointPace(stepBytes, checkpointAge),
            stepBytes,
            stepTime);
    }
}
