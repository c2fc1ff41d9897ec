using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Balancing;

/// <summary>
/// Who is to lead each partition, decided from the metadata and the brokers that can lead. Pure and deterministic: every
/// broker that sees the same comes to the same, so nobody need be asked. A partition is led by its first choice where that
/// can; by the one of its other brokers that leads fewest where it cannot; and where brokers then differ by more than one,
/// partitions are passed on, from broker to broker if need be, as long as that brings them closer.
/// </summary>
internal sealed class LeaderPlan
{
    /// <summary>A difference that is not worth a change of leaders of partitions in use, as a share of the average.</summary>
    private const double SmallShare = 0.2;

    private readonly Dictionary<GroupId, PlannedLeader> _leaders = [];

    private LeaderPlan()
    {
    }

    /// <summary>No partitions.</summary>
    public static LeaderPlan Empty { get; } = new();

    /// <summary>How many partitions each broker that can lead is to lead.</summary>
    public IReadOnlyDictionary<int, int> Counts { get; private init; } = new Dictionary<int, int>();

    /// <summary>Decides for all partitions.</summary>
    /// <param name="able">The brokers that can lead.</param>
    public static LeaderPlan Of(MetadataSnapshot snapshot, IReadOnlySet<int> able)
    {
        var seats = snapshot.ByGroup.Values
            .OrderBy(static partition => partition.Group)
            .Select(partition => new Seat(partition, able))
            .Where(static seat => seat.Candidates.Length > 0)
            .ToArray();
        var counts = able.ToDictionary(static broker => broker, static _ => 0);
        foreach (var seat in seats.Where(static seat => seat.HasFirstChoice))
        {
            counts[seat.Leader.Value]++;
        }

        foreach (var seat in seats.Where(static seat => !seat.HasFirstChoice))
        {
            seat.Leader = seat.Candidates.MinBy(candidate => counts[candidate.Value]);
            counts[seat.Leader.Value]++;
        }

        var isSmall = IsSmall(counts.Values);
        LeaderLevelling.Run(seats, counts);
        var plan = new LeaderPlan { Counts = counts };
        foreach (var seat in seats)
        {
            plan._leaders[seat.Group] = new PlannedLeader(seat.Leader, seat.IsLevelled && isSmall);
        }

        return plan;
    }

    /// <summary>Who is to lead a group; none where nobody can, or nothing is known of it.</summary>
    public PlannedLeader LeaderOf(GroupId group) => _leaders.GetValueOrDefault(group);

    /// <summary>Whether a replica's broker was among those that can lead.</summary>
    public bool CanLead(ReplicaId replica) => Counts.ContainsKey(replica.Value);

    private static bool IsSmall(Dictionary<int, int>.ValueCollection counts) =>
        counts.Count == 0 || counts.Max() - counts.Min() <= Math.Max(2, SmallShare * counts.Average());

    /// <summary>The lead of one partition, and who could have it.</summary>
    internal sealed class Seat
    {
        public Seat(PartitionInfo partition, IReadOnlySet<int> able)
        {
            Group = partition.Group;
            Candidates = [.. partition.Replicas.Where(replica => able.Contains(replica.Value))];
            Leader = Candidates.FirstOrDefault();
            HasFirstChoice = Candidates.Length > 0 && Leader == partition.Replicas[0];
        }

        public GroupId Group { get; }

        public ReplicaId[] Candidates { get; }

        /// <summary>The first of the partition's replicas can lead.</summary>
        public bool HasFirstChoice { get; }

        public ReplicaId Leader { get; set; }

        /// <summary>It was passed on although its first choice can lead.</summary>
        public bool IsLevelled => HasFirstChoice && Leader != Candidates[0];
    }
}

/// <summary>Who is to lead a partition.</summary>
/// <param name="Leader">None where nobody can.</param>
/// <param name="CanWait">It makes a small difference: not worth a change while the partition is in use.</param>
internal readonly record struct PlannedLeader(ReplicaId Leader, bool CanWait);
