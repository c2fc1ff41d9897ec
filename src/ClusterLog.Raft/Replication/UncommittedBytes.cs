namespace ClusterLog.Raft.Replication;

/// <summary>
/// The bytes that a leader has proposed in its term and that are not yet committed, bounded by
/// <see cref="RaftOptions.UncommittedBytesMax"/>. A proposal larger than the bound passes when nothing else waits, so
/// that no accepted size can wedge a group.
/// </summary>
internal sealed class UncommittedBytes
{
    private readonly long _max;
    private readonly Queue<(LogIndex Index, int Bytes)> _waiting = new();

    public UncommittedBytes(long max) => _max = max;

    public long Total { get; private set; }

    public bool HasRoomFor(int bytes) => Total == 0 || Total + bytes <= _max;

    public void Add(LogIndex index, int bytes)
    {
        _waiting.Enqueue((index, bytes));
        Total += bytes;
    }

    public void Committed(LogIndex commit)
    {
        while (_waiting.TryPeek(out var oldest) && oldest.Index <= commit)
        {
            Total -= oldest.Bytes;
            _waiting.Dequeue();
        }
    }

    public void Clear()
    {
        _waiting.Clear();
        Total = 0;
    }
}
