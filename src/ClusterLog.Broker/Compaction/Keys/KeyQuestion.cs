using ClusterLog.Raft;

namespace ClusterLog.Broker.Compaction.Keys;

/// <summary>Someone who asks for the latest offset of a key, once so much of its group's log has been applied.</summary>
internal sealed class KeyQuestion(GroupId group, KeyDigest key, LogIndex from)
{
    private readonly TaskCompletionSource<long?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GroupId Group => group;

    public KeyDigest Key => key;

    /// <summary>The least position of the index at which the answer counts.</summary>
    public LogIndex From => from;

    /// <summary>True once nobody waits any more.</summary>
    public bool IsDone => _answer.Task.IsCompleted;

    /// <summary>The offset; null when the key has no record, or is deleted.</summary>
    public Task<long?> Answer => _answer.Task;

    public void Complete(long? offset) => _answer.TrySetResult(offset);

    /// <summary>Its time is up, or the index ends.</summary>
    public void Abandon() => _answer.TrySetCanceled();
}
