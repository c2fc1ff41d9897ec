namespace ClusterLog.Raft.Replication;

/// <summary>
/// The reads that a follower has forwarded to its leader and not heard of. Each travels under a number of its own:
/// numbers start anywhere and rise, so that no answer to an earlier life of this replica fits. Bounded by
/// <see cref="RaftOptions.ReadsWaitingMax"/>.
/// </summary>
internal sealed class ForwardedReads
{
    private readonly int _max;
    private readonly List<(ulong Number, ulong Context, long Expires)> _reads = [];
    private ulong _number;

    public ForwardedReads(int max, ulong firstNumber) => (_max, _number) = (max, firstNumber);

    public int Count => _reads.Count;

    /// <summary>Notes a read that is given up at a tick, and numbers it; null when there is no room.</summary>
    public ulong? TryAdd(ulong context, long expires)
    {
        if (_reads.Count >= _max)
        {
            return null;
        }

        _reads.Add((++_number, context, expires));
        return _number;
    }

    /// <summary>Takes the read of a number off the list; null when it is not on it.</summary>
    public ulong? Take(ulong number)
    {
        var position = _reads.FindIndex(read => read.Number == number);
        if (position < 0)
        {
            return null;
        }

        var context = _reads[position].Context;
        _reads.RemoveAt(position);
        return context;
    }

    /// <summary>Takes the oldest read off the list, if it expires at <paramref name="now"/> or before.</summary>
    public bool TryTakeExpired(long now, out ulong context)
    {
        context = 0;
        if (_reads.Count == 0 || _reads[0].Expires > now)
        {
            return false;
        }

        context = _reads[0].Context;
        _reads.RemoveAt(0);
        return true;
    }
}
