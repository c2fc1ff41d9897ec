using ClusterLog.Raft;

namespace ClusterLog.Simulation.Tests.CrashPoints;

/// <summary>What a crash at some moment must leave on three brokers.</summary>
internal sealed class ClusterExpectation
{
    private readonly Dictionary<(int Broker, GroupId Group), (LogIndex Index, Term Term)> _told = [];
    private readonly Dictionary<(int Broker, GroupId Group), HardState> _hardStates = [];

    /// <summary>The last committed entry of each group.</summary>
    public Dictionary<GroupId, (LogIndex Index, Term Term)> Committed { get; } = [];

    public void Add(ClusterNote note)
    {
        if (note.Broker == 0)
        {
            Committed[note.Group] = (note.Index, note.Term);
            return;
        }

        var key = (note.Broker, note.Group);
        if (note.Index > LogIndex.Zero)
        {
            _told[key] = (note.Index, note.Term);
        }

        if (note.HardState is { } hardState)
        {
            _hardStates[key] = hardState;
        }
    }

    /// <summary>What one broker found must not be behind what its replicas were told.</summary>
    public void CheckBroker(int broker, BrokerFind find)
    {
        foreach (var ((_, group), (index, term)) in _told.Where(item => item.Key.Broker == broker))
        {
            // A later leader's entries may have taken the place of these, and nobody been told so far.
            var found = find.Groups.GetValueOrDefault(group);
            Assert.True(
                found is not null && (found.LastTerm, found.LastIndex).CompareTo((term, index)) >= 0,
                $"broker {broker}, group {group}: told that {index}/{term} is durable, found {found}");
        }

        foreach (var ((_, group), state) in _hardStates.Where(item => item.Key.Broker == broker))
        {
            var found = find.Groups[group].HardState;
            Assert.True(
                found.Term > state.Term || (found.Term == state.Term && (state.Vote.IsNone || found.Vote == state.Vote)),
                $"broker {broker}, group {group}: told that {state} is durable, found {found}");
        }
    }

    /// <summary>What is committed must be on a majority: then whoever is elected has it.</summary>
    public void CheckMajority(IReadOnlyList<BrokerFind> finds)
    {
        foreach (var (group, (index, term)) in Committed)
        {
            var holders = finds.Count(find => find.Groups.GetValueOrDefault(group)?.Holds(index, term) ?? false);
            Assert.True(
                2 * holders > finds.Count,
                $"group {group}: {index}/{term} is committed, and of {finds.Count} brokers {holders} hold it: "
                + string.Join("; ", finds.Select(find => find.Groups.GetValueOrDefault(group))));
        }
    }
}
