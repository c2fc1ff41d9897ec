using System.Collections.Concurrent;

namespace ClusterLog.Storage.Tests.Support;

/// <summary>Remembers what it was told; can be waited for.</summary>
internal sealed class Completion : IStorageCompletion
{
    private readonly ConcurrentDictionary<WalSubmission, TaskCompletionSource> _waiting = new();

    public ConcurrentQueue<WalSubmission> Durable { get; } = new();

    public ConcurrentQueue<(WalSubmission Submission, Exception Error)> Failed { get; } = new();

    public void OnDurable(WalSubmission submission)
    {
        Durable.Enqueue(submission);
        Of(submission).TrySetResult();
    }

    public void OnFailed(WalSubmission submission, Exception error)
    {
        Failed.Enqueue((submission, error));
        Of(submission).TrySetException(error);
    }

    public Task WhenDone(WalSubmission submission) =>
        Of(submission).Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    private TaskCompletionSource Of(WalSubmission submission) =>
        _waiting.GetOrAdd(submission, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
