namespace ClusterLog.Broker.Shards;

/// <summary>How much sooner than <see cref="CheckpointOptions"/> say a state machine wants its state captured.</summary>
/// <param name="BytesMax">Bytes of entries, payloads and overhead.</param>
/// <param name="AgeMaxMilliseconds">Since the last time, if anything was applied; <see cref="long.MaxValue"/> for any.</param>
internal readonly record struct CheckpointPace(long BytesMax, long AgeMaxMilliseconds)
{
    /// <summary>No sooner.</summary>
    public static CheckpointPace Default { get; } = new(long.MaxValue, long.MaxValue);
}
