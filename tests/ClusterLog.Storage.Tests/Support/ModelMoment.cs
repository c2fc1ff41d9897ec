namespace ClusterLog.Storage.Tests.Support;

/// <summary>What of a group's history had happened at some moment.</summary>
/// <param name="States">How many states its submissions had led to.</param>
/// <param name="Acknowledged">Which of them was acknowledged last.</param>
/// <param name="Synced">Which of them no loss of power may take away any more.</param>
/// <param name="Era">The life that its log was in.</param>
/// <param name="Commit">What was committed of that.</param>
/// <param name="CheckpointSeen">The newest checkpoint that was known to be durable.</param>
/// <param name="IsRemoved">Its removal was asked for.</param>
internal sealed record ModelMoment(
    int States, int Acknowledged, int Synced, ModelEra Era, ulong Commit, ulong CheckpointSeen, bool IsRemoved)
{
    /// <summary>The earliest state that a crash may leave.</summary>
    public int SureAfter(bool powerLost) => powerLost ? Synced : Acknowledged;

    /// <summary>What was committed of a life of the log: earlier ones have ended, and stay as they are.</summary>
    public ulong CommitOf(ModelEra era) => era == Era ? Commit : era.Commit;
}
