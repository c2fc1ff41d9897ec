using System.Collections.Immutable;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// Decides which brokers hold the replicas of new partitions. Pure and deterministic. Greedy: each partition is led by
/// the broker that leads fewest, and followed by those in racks that it is not in yet, of these by those with the fewest
/// replicas. Where all begin equal, and no rack is larger than another, replicas stay within one of each other, and so do
/// leaders.
/// </summary>
internal static class Placement
{
    /// <summary>What each registered broker holds by a snapshot.</summary>
    public static Dictionary<int, BrokerLoad> LoadOf(MetadataSnapshot snapshot)
    {
        var load = snapshot.Brokers.Keys.ToDictionary(static broker => broker, static _ => default(BrokerLoad));
        foreach (var partition in snapshot.ByGroup.Values)
        {
            for (var position = 0; position < partition.Replicas.Length; position++)
            {
                var broker = partition.Replicas[position].Value;
                var held = load.GetValueOrDefault(broker);
                load[broker] = new BrokerLoad(held.Replicas + 1, held.Leaders + (position == 0 ? 1 : 0));
            }
        }

        return load;
    }

    /// <summary>The brokers of each partition, preferred leader first.</summary>
    /// <param name="brokers">The brokers to choose from; distinct, in any order.</param>
    /// <param name="partitions">How many partitions to place.</param>
    /// <param name="replicas">Replicas of each; at most as many as brokers.</param>
    /// <param name="load">What brokers hold already; nothing, where one is missing.</param>
    /// <param name="rackOf">Which rack a broker is in; empty where it is in none. Nobody is, unless given.</param>
    public static ImmutableArray<ImmutableArray<int>> Spread(
        IReadOnlyCollection<int> brokers,
        int partitions,
        int replicas,
        IReadOnlyDictionary<int, BrokerLoad> load,
        Func<int, string>? rackOf = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replicas, brokers.Count);
        var candidates = brokers.Order().Select(
            broker => new Candidate(broker, rackOf?.Invoke(broker) ?? string.Empty, load.GetValueOrDefault(broker))).ToArray();
        var placed = ImmutableArray.CreateBuilder<ImmutableArray<int>>(partitions);
        for (var partition = 0; partition < partitions; partition++)
        {
            placed.Add(PlaceOne(candidates, replicas));
        }

        return placed.MoveToImmutable();
    }

    private static ImmutableArray<int> PlaceOne(Candidate[] candidates, int replicas)
    {
        // The leader comes first, so that leaders are level whatever the rest does; among brokers with equally few
        // replicas those that lead more follow, since the others' turn to lead brings them a replica anyway.
        var leader = candidates
            .OrderBy(static candidate => candidate.Leaders)
            .ThenBy(static candidate => candidate.Replicas)
            .ThenBy(static candidate => candidate.Broker)
            .First();
        List<Candidate> chosen = [leader];
        while (chosen.Count < replicas)
        {
            chosen.Add(candidates
                .Where(candidate => !chosen.Contains(candidate))
                .OrderBy(candidate => chosen.Count(candidate.IsInRackOf))
                .ThenBy(static candidate => candidate.Replicas)
                .ThenByDescending(static candidate => candidate.Leaders)
                .ThenBy(static candidate => candidate.Broker)
                .First());
        }

        leader.Leaders++;
        foreach (var candidate in chosen)
        {
            candidate.Replicas++;
        }

        return [.. chosen.Select(static candidate => candidate.Broker)];
    }

    private sealed class Candidate(int broker, string rack, BrokerLoad load)
    {
        public int Broker { get; } = broker;

        public bool IsInRackOf(Candidate other) => rack.Length > 0 && rack == other.Rack;

        private string Rack => rack;

        public int Replicas { get; set; } = load.Replicas;

        public int Leaders { get; set; } = load.Leaders;
    }
}
