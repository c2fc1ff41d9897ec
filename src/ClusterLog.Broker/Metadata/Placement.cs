using System.Collections.Immutable;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// Decides which brokers hold the replicas of new partitions. Pure and deterministic. Greedy: each partition goes to the
/// brokers with the fewest replicas, and of these the one that leads fewest is its preferred leader. Where all begin
/// equal, replicas stay within one of each other, and so do leaders.
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
    public static ImmutableArray<ImmutableArray<int>> Spread(
        IReadOnlyCollection<int> brokers, int partitions, int replicas, IReadOnlyDictionary<int, BrokerLoad> load)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replicas, brokers.Count);
        var candidates = brokers.Order().Select(broker => new Candidate(broker, load.GetValueOrDefault(broker))).ToArray();
        var placed = ImmutableArray.CreateBuilder<ImmutableArray<int>>(partitions);
        for (var partition = 0; partition < partitions; partition++)
        {
            placed.Add(PlaceOne(candidates, replicas));
        }

        return placed.MoveToImmutable();
    }

    private static ImmutableArray<int> PlaceOne(Candidate[] candidates, int replicas)
    {
        // Among equals, who leads less is chosen first, so that the one who must lead is among the chosen.
        var chosen = candidates
            .OrderBy(static candidate => candidate.Replicas)
            .ThenBy(static candidate => candidate.Leaders)
            .ThenBy(static candidate => candidate.Broker)
            .Take(replicas)
            .OrderBy(static candidate => candidate.Leaders)
            .ThenBy(static candidate => candidate.Replicas)
            .ThenBy(static candidate => candidate.Broker)
            .ToArray();
        chosen[0].Leaders++;
        foreach (var candidate in chosen)
        {
            candidate.Replicas++;
        }

        return [.. chosen.Select(static candidate => candidate.Broker)];
    }

    private sealed class Candidate(int broker, BrokerLoad load)
    {
        public int Broker { get; } = broker;

        public int Replicas { get; set; } = load.Replicas;

        public int Leaders { get; set; } = load.Leaders;
    }
}
