namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>Messages under way between replicas. Links are cut one direction at a time; what is under way stays.</summary>
internal sealed class SimulatedNetwork
{
    private readonly List<RaftMessage> _underWay = [];
    private readonly HashSet<(int From, int To)> _cut = [];

    public IReadOnlyList<RaftMessage> UnderWay => _underWay;

    /// <summary>Loses the messages that match, when they are sent.</summary>
    public Predicate<RaftMessage> Loses { get; set; } = _ => false;

    public void Send(RaftMessage message)
    {
        if (!_cut.Contains((message.From.Value, message.To.Value)) && !Loses(message))
        {
            _underWay.Add(message);
        }
    }

    public void CutOneWay(int from, int to) => _cut.Add((from, to));

    public void Cut(int one, int other)
    {
        _cut.Add((one, other));
        _cut.Add((other, one));
    }

    public void Heal()
    {
        _cut.Clear();
        Loses = _ => false;
    }

    public RaftMessage Take(int position)
    {
        var message = _underWay[position];
        _underWay.RemoveAt(position);
        return message;
    }

    /// <summary>Loses the messages under way that match.</summary>
    public int Drop(Predicate<RaftMessage> match) => _underWay.RemoveAll(match);

    /// <summary>Takes the messages under way that match, to be delivered by hand.</summary>
    public List<RaftMessage> Capture(Predicate<RaftMessage> match)
    {
        var captured = _underWay.FindAll(match);
        _underWay.RemoveAll(match);
        return captured;
    }
}
