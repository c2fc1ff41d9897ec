using ClusterLog.Raft;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Invariants;

/// <summary>
/// Looks at every replica after every turn of its broker, at every write that storage confirms and at every message
/// that leaves, and throws at the first thing that cannot be. What is looked at is what has changed: a look at an idle
/// replica costs a few comparisons, one at a new entry a few more.
/// </summary>
/// <remarks>The parts: Logs (matching, commit, states), Disks (durability, votes), Clients (what they were told).</remarks>
internal sealed partial class InvariantChecker
{
    /// <summary>The full state is compared at every so many applied entries.</summary>
    private const ulong FullStateEvery = 16;

    private readonly Dictionary<GroupId, GroupRecord> _groups = [];
    private readonly Dictionary<(GroupId Group, ReplicaId Id), ReplicaRecord> _replicas = [];
    private readonly List<LogEntry> _read = [];

    /// <summary>Entries committed over all groups.</summary>
    public long CommittedEntries { get; private set; }

    /// <summary>Terms that had a leader, over all groups.</summary>
    public long Elections { get; private set; }

    /// <summary>A replica begins a life: what its disk gave it must be what the disk had promised.</summary>
    public void Started(IReplicaView view)
    {
        var record = RecordOf(view.Group, view.Id);
        if (view.IsCompacted)
        {
            record.Group.Keyed ??= new KeyedRecords();
        }

        if (record.HasLived)
        {
            CheckRecovered(record, view);
        }

        Recover(record, view);
        CheckConfiguration(record, view);
        AfterTurn(view);
    }

    /// <summary>The turn of a broker that holds a replica has ended.</summary>
    public void AfterTurn(IReplicaView view)
    {
        var record = RecordOf(view.Group, view.Id);
        CheckTerm(record, view);
        FollowLog(record, view);
        var hasLed = record.Led == view.Term.Value;
        if (view.Role == RaftRole.Leader && !hasLed)
        {
            CheckLeader(record, view);
        }

        if (view.Commit.Value != record.Commit)
        {
            var rises = view.Commit.Value > record.Commit;
            if (rises && hasLed && view.Role == RaftRole.Leader && view.Log.TermAt(view.Commit) != view.Term)
            {
                throw Violation(
                    Invariant.CommitsOwnTerm,
                    $"{record} leads term {view.Term}, and commits entry {view.Commit} of term {view.Log.TermAt(view.Commit)}");
            }

            CheckCommit(record, view);
        }

        if (view.Applied.Value != record.Applied)
        {
            CheckState(record, view);
        }

        if (hasLed && view.Role == RaftRole.Leader)
        {
            CheckChange(record, view);
        }

        record.Configuration = view.Configuration;
        record.ConfigurationIndex = view.ConfigurationIndex.Value;
    }

    public GroupRecord GroupOf(GroupId group)
    {
        if (!_groups.TryGetValue(group, out var record))
        {
            _groups.Add(group, record = new GroupRecord(group));
        }

        return record;
    }

    private ReplicaRecord RecordOf(GroupId group, ReplicaId id)
    {
        if (!_replicas.TryGetValue((group, id), out var record))
        {
            _replicas.Add((group, id), record = new ReplicaRecord(GroupOf(group), id));
        }

        return record;
    }

    private static void CheckTerm(ReplicaRecord record, IReplicaView view)
    {
        if (view.Term.Value < record.Term)
        {
            throw Violation(Invariant.TermNeverFalls, $"{record} fell from term {record.Term} to {view.Term}");
        }

        record.Term = view.Term.Value;
    }

    private void CheckLeader(ReplicaRecord record, IReplicaView view)
    {
        var group = record.Group;
        record.Led = view.Term.Value;
        if (group.Leaders.TryGetValue(view.Term.Value, out var other))
        {
            if (other != record.Id)
            {
                throw Violation(
                    Invariant.OneLeaderPerTerm, $"{record} leads term {view.Term}, and so does, or did, replica {other}");
            }

            return;
        }

        group.Leaders.Add(view.Term.Value, record.Id);
        Elections++;
        var last = group.CommittedBefore(view.Term.Value);
        if (last > record.Log.Base && record.Log.At(last) != group.CommittedAt(last).Entry.Term.Value)
        {
            throw Violation(
                Invariant.LeaderCompleteness,
                $"{record} leads term {view.Term} with a log up to {record.Log.Last} of term {record.Log.LastTerm} that lacks "
                + $"entry {last} of term {group.CommittedAt(last).Entry.Term}, committed in term {group.CommittedAt(last).CommitTerm}");
        }
    }

    private static ViolationException Violation(Invariant invariant, string message) => new(invariant.ToString(), message);
}
