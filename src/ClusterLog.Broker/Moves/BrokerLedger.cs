using ClusterLog.Broker.Metadata;

namespace ClusterLog.Broker.Moves;

/// <summary>
/// What brokers hold, while moves are being decided: each decision counts for the next one. Knows which brokers may take
/// replicas: those that are active, and can be reached.
/// </summary>
internal sealed class BrokerLedger
{
    private readonly SortedDictionary<int, Entry> _brokers = [];

    public BrokerLedger(MetadataSnapshot snapshot, IReadOnlySet<int> reachable)
    {
        var load = Placement.LoadOf(snapshot);
        foreach (var broker in snapshot.Brokers.Values)
        {
            _brokers.Add(broker.BrokerId, new Entry(
                broker.Rack,
                broker.State == BrokerState.Active && reachable.Contains(broker.BrokerId),
                load.GetValueOrDefault(broker.BrokerId)));
        }
    }

    /// <summary>The brokers that may take replicas, in the order of their ids.</summary>
    public IEnumerable<int> Usable => _brokers.Where(static pair => pair.Value.IsUsable).Select(static pair => pair.Key);

    public int ReplicasOf(int broker) => _brokers.TryGetValue(broker, out var entry) ? entry.Replicas : 0;

    public int LeadersOf(int broker) => _brokers.TryGetValue(broker, out var entry) ? entry.Leaders : 0;

    public string RackOf(int broker) => _brokers.TryGetValue(broker, out var entry) ? entry.Rack : string.Empty;

    /// <summary>How many racks some brokers are in; one without a rack is in one of its own.</summary>
    public int RacksOf(IEnumerable<int> brokers) =>
        brokers.Select(broker => RackOf(broker) is { Length: > 0 } rack ? rack : $"\0{broker}").Distinct(StringComparer.Ordinal).Count();

    /// <summary>The broker to take one more replica beside others: from a rack that has fewest of them, with the least load.</summary>
    public int? Best(IReadOnlyCollection<int> beside, IReadOnlyCollection<int> avoided)
    {
        int? best = null;
        foreach (var broker in Usable)
        {
            if (!beside.Contains(broker)
                && !avoided.Contains(broker)
                && (best is not { } other || Rank(broker, beside).CompareTo(Rank(other, beside)) < 0))
            {
                best = broker;
            }
        }

        return best;
    }

    /// <summary>The broker to do without: from the rack that has most of them, with the highest load; not the first.</summary>
    public int Worst(IReadOnlyList<int> brokers) => brokers
        .Skip(1)
        .OrderByDescending(broker => Beside(broker, brokers))
        .ThenByDescending(ReplicasOf)
        .ThenByDescending(static broker => broker)
        .First();

    /// <summary>Counts a move.</summary>
    public void Move(IReadOnlyList<int> from, IReadOnlyList<int> to)
    {
        Count(from, -1);
        Count(to, 1);
    }

    private (int Beside, int Replicas, int Leaders, int Broker) Rank(int broker, IReadOnlyCollection<int> beside) =>
        (Beside(broker, beside), ReplicasOf(broker), LeadersOf(broker), broker);

    /// <summary>How many of some other brokers are in a broker's rack.</summary>
    private int Beside(int broker, IReadOnlyCollection<int> others)
    {
        var rack = RackOf(broker);
        return rack.Length == 0 ? 0 : others.Count(other => other != broker && RackOf(other) == rack);
    }

    private void Count(IReadOnlyList<int> brokers, int change)
    {
        for (var position = 0; position < brokers.Count; position++)
        {
            if (_brokers.TryGetValue(brokers[position], out var entry))
            {
                entry.Replicas += change;
                entry.Leaders += position == 0 ? change : 0;
            }
        }
    }

    private sealed class Entry(string rack, bool isUsable, BrokerLoad load)
    {
        public string Rack { get; } = rack;

        public bool IsUsable { get; } = isUsable;

        public int Replicas { get; set; } = load.Replicas;

        public int Leaders { get; set; } = load.Leaders;
    }
}
