namespace ClusterLog.Broker.Balancing;

/// <summary>
/// Brings brokers that are to lead unequally many partitions within one of each other, as far as their replicas allow. A
/// lead goes from a broker to another that holds the partition; where the two that differ most share none, it goes over
/// others in between, along the shortest way.
/// </summary>
internal static class LeaderLevelling
{
    /// <summary>Changes the seats' leaders and the counts. Each step makes a difference of two or more smaller.</summary>
    public static void Run(IReadOnlyList<LeaderPlan.Seat> seats, Dictionary<int, int> counts)
    {
        var moves = new Dictionary<(int From, int To), Queue<LeaderPlan.Seat>>();
        foreach (var seat in seats)
        {
            Offer(moves, seat);
        }

        while (FindWay(moves, counts) is { } way)
        {
            for (var i = 1; i < way.Count; i++)
            {
                var seat = moves[(way[i - 1], way[i])].Dequeue();
                seat.Leader = seat.Candidates.First(candidate => candidate.Value == way[i]);
                Offer(moves, seat);
            }

            counts[way[0]]--;
            counts[way[^1]]++;
        }
    }

    /// <summary>Notes to whom a seat could go from its leader.</summary>
    private static void Offer(Dictionary<(int From, int To), Queue<LeaderPlan.Seat>> moves, LeaderPlan.Seat seat)
    {
        foreach (var candidate in seat.Candidates.Where(candidate => candidate != seat.Leader))
        {
            var key = (seat.Leader.Value, candidate.Value);
            if (!moves.TryGetValue(key, out var offered))
            {
                moves.Add(key, offered = new Queue<LeaderPlan.Seat>());
            }

            offered.Enqueue(seat);
        }
    }

    /// <summary>The brokers from one that leads many to one that leads at least two fewer; null where there is none.</summary>
    private static List<int>? FindWay(
        Dictionary<(int From, int To), Queue<LeaderPlan.Seat>> moves, Dictionary<int, int> counts)
    {
        foreach (var start in counts.Keys.OrderByDescending(broker => counts[broker]).ThenBy(static broker => broker))
        {
            var cameFrom = new Dictionary<int, int> { [start] = start };
            var next = new Queue<int>([start]);
            while (next.TryDequeue(out var at))
            {
                if (counts[at] <= counts[start] - 2)
                {
                    return WayTo(at, cameFrom);
                }

                foreach (var to in counts.Keys.Order().Where(to => !cameFrom.ContainsKey(to) && CanMove(moves, at, to)))
                {
                    cameFrom.Add(to, at);
                    next.Enqueue(to);
                }
            }
        }

        return null;
    }

    private static List<int> WayTo(int end, Dictionary<int, int> cameFrom)
    {
        var way = new List<int> { end };
        while (cameFrom[way[^1]] != way[^1])
        {
            way.Add(cameFrom[way[^1]]);
        }

        way.Reverse();
        return way;
    }

    /// <summary>Whether a seat can go from one to the other; drops those that have another leader by now.</summary>
    private static bool CanMove(Dictionary<(int From, int To), Queue<LeaderPlan.Seat>> moves, int from, int to)
    {
        if (!moves.TryGetValue((from, to), out var offered))
        {
            return false;
        }

        while (offered.TryPeek(out var seat) && seat.Leader.Value != from)
        {
            offered.Dequeue();
        }

        return offered.Count > 0;
    }
}
