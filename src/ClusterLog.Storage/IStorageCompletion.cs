namespace ClusterLog.Storage;

/// <summary>Hears of storage work that ended. Called on a storage thread: must not block and must not call back into storage.</summary>
internal interface IStorageCompletion
{
    /// <summary>Everything in <paramref name="submission"/>, and in all earlier ones, is on disk.</summary>
    void OnDurable(WalSubmission submission);

    /// <summary>A write or sync failed; nothing was retried, nothing later will complete (design.md, promise 5).</summary>
    void OnFailed(WalSubmission submission, Exception error);
}
