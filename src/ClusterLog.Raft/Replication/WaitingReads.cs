namespace ClusterLog.Raft.Replication;

/// <summary>
/// The linearizable reads that wait at a leader (thesis 6.4). One round of heartbeats is under way at a time; the reads
/// that come meanwhile share the next one. Bounded by <see cref="RaftOptions.ReadsWaitingMax"/>.
/// </summary>
internal sealed class WaitingReads
{
    private readonly int _max;
    private List<WaitingRead> _asked = [];
    private List<WaitingRead> _waiting = [];

    public WaitingReads(int max) => _max = max;

    /// <summary>The round under way; zero when there is none. A follower that answers it confirms all its reads.</summary>
    public ulong Round { get; private set; }

    /// <summary>True when reads wait and no round is under way.</summary>
    public bool IsRoundDue => Round == 0 && _waiting.Count > 0;

    public int Count => _asked.Count + _waiting.Count;

    /// <summary>False when there is no room.</summary>
    public bool TryAdd(WaitingRead read)
    {
        if (Count >= _max)
        {
            return false;
        }

        _waiting.Add(read);
        return true;
    }

    /// <summary>Starts a round for all that wait.</summary>
    public void Start(ulong round)
    {
        (_asked, _waiting) = (_waiting, _asked);
        Round = round;
    }

    /// <summary>The round is confirmed: hands its reads over. The list is to be read before the next call.</summary>
    public List<WaitingRead> TakeConfirmed()
    {
        Round = 0;
        var confirmed = _asked;
        _asked = [];
        return confirmed;
    }

    /// <summary>Leadership is lost: hands over all reads, none of which will be answered.</summary>
    public List<WaitingRead> TakeAll()
    {
        var all = TakeConfirmed();
        all.AddRange(_waiting);
        _waiting.Clear();
        return all;
    }
}
