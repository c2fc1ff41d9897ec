using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;

namespace ClusterLog.Simulation.Worlds;

/// <summary>Counts elections and committed entries.</summary>
internal sealed class StatisticsObserver(Statistics statistics) : IObserver
{
    private readonly Dictionary<GroupId, Known> _groups = [];

    /// <inheritdoc/>
    public void OnStep(SimulatedBroker broker)
    {
        foreach (var replica in broker.ReplicaList)
        {
            if (!_groups.TryGetValue(replica.Group, out var known))
            {
                _groups.Add(replica.Group, known = new Known());
            }

            if (replica.Commit > known.Commit)
            {
                statistics.Committed += (long)(replica.Commit.Value - known.Commit.Value);
                known.Commit = replica.Commit;
            }

            if (replica.Role == RaftRole.Leader && replica.Term > known.LedTerm)
            {
                statistics.Elections++;
                known.LedTerm = replica.Term;
            }
        }
    }

    private sealed class Known
    {
        public LogIndex Commit { get; set; }

        public Term LedTerm { get; set; }
    }
}
