using ClusterLog.Raft;

namespace ClusterLog.Storage.Tests.Support;

internal sealed partial class ModelGroup
{
    /// <summary>Checks what came back after a crash against every state it may be, and goes on from there.</summary>
    /// <remarks>Where the power was lost, and not only the process died, what was not synced may be gone.</remarks>
    public void Recovered(PartitionLog log, bool powerLost) => Recovered(log, Moment, powerLost);

    /// <summary>The same after a crash at some moment of the past.</summary>
    public void Recovered(PartitionLog log, ModelMoment moment, bool powerLost)
    {
        var (era, found) = Check(log, moment, powerLost);
        var start = log.FirstIndex.Value - 1;
        var configuration = log.LatestConfiguration(new LogIndex(start))?.Index.Value ?? 0;
        _era = new ModelEra(start, log.TermAt(new LogIndex(start))!.Value, log.FirstOffset, configuration)
        {
            Commit = Math.Max(start, Math.Min(moment.CommitOf(era), log.LastIndex.Value)),
        };
        _era.Log.AddRange(found);
        (Log, _hardState, _start, IsRemoved) = (log, log.HardState, start, false);
        (_acknowledged, _synced) = (0, 0);
        _checkpointSeen = moment.CheckpointSeen;
        _states.Clear();
        AddState(_hardState, found.Count, isRemoved: false);
        log.CommitTo(new LogIndex(Commit));
    }

    /// <summary>
    /// Checks what came back after a crash at some moment against every state it may be, and changes nothing; returns
    /// the life of the log that it is in, and its entries.
    /// </summary>
    public (ModelEra Era, List<LogEntry> Entries) Check(PartitionLog log, ModelMoment moment, bool powerLost)
    {
        var segmented = log.ColdView().LastIndex.Value;
        var found = ReadAll(log, OffsetReadsApart);
        State? match = null;
        for (var version = moment.SureAfter(powerLost); version < moment.States && match is null; version++)
        {
            match = Matches(_states[version], segmented, found, log, SyncsLater) ? _states[version] : null;
        }

        if (match is null)
        {
            Assert.Fail(Describe(moment, powerLost, segmented, found, log));
        }

        var era = match.Era;
        var committed = moment.CommitOf(era);
        var start = log.FirstIndex.Value - 1;
        Assert.True(
            segmented <= Math.Max(committed, start), $"group {Id}: segments hold {segmented}, committed were {committed}");
        CheckPlaces(log, found);
        CheckConfigurations(log, era, found);
        CheckCheckpoints(log, era, segmented, moment.CheckpointSeen);
        return (era, found);
    }

    /// <summary>Every entry, from segments and from memory, and the same by offset.</summary>
    /// <param name="log">What came back.</param>
    /// <param name="apart">One of so many entries is read by its offset too.</param>
    public static List<LogEntry> ReadAll(PartitionLog log, ulong apart = 1)
    {
        var view = log.ColdView();
        var entries = view.ReadFromIndex(new LogIndex(1), log.LastIndex, int.MaxValue).ToList();
        if (log.LastIndex > view.LastIndex)
        {
            Assert.True(log.TryRead(view.LastIndex.Next, log.LastIndex, int.MaxValue, entries));
        }

        foreach (var entry in entries.Where(entry => entry.OffsetCount > 0 && entry.Index.Value % apart == 0))
        {
            var found = new List<LogEntry>();
            if (!log.TryReadFrom(entry.BaseOffset, log.LastIndex, 1, found))
            {
                found.AddRange(view.ReadFromOffset(entry.BaseOffset, log.LastIndex, 1));
            }

            Assert.Equal(entry.Index, Assert.Single(found).Index);
        }

        return entries;
    }

    private static bool Matches(State state, ulong segmented, List<LogEntry> found, PartitionLog log, bool syncsLater)
    {
        if (state.IsRemoved || log.FirstIndex.Value != state.Start + 1)
        {
            return false;
        }

        // Segments hold the committed log as it is now; behind them the state counts, unless its terms are older.
        var era = state.Era;
        var count = era.CountTo(segmented);
        var whole = era.Log.Take(count).ToList();
        var term = count > 0 ? whole[^1].Term : era.BaseTerm;
        whole.AddRange(state.Log.Skip(count).Where(entry => entry.Term >= term));
        var last = whole.Count > 0 ? whole[^1].Term : era.BaseTerm;
        var expected = whole.Where(entry => entry.Index.Value > state.Start).ToArray();
        return expected.Select(entry => (entry.Index, entry.Term)).SequenceEqual(
                found.Select(entry => (entry.Index, entry.Term)))
            && expected.Zip(found).All(pair => pair.First.Payload.Span.SequenceEqual(pair.Second.Payload.Span))
            && IsStateOf(state, last, log.HardState, syncsLater)
            && log.FirstOffset == era.NextOffsetAt(state.Start)
            && log.TermAt(new LogIndex(state.Start)) == era.TermAt(state.Start);
    }

    private static bool IsStateOf(State state, Term last, HardState found, bool syncsLater)
    {
        var (term, vote) = state.HardState.Term < last
            ? (last, ReplicaId.None)
            : (state.HardState.Term, state.HardState.Vote);

        // Where something may have been lost the replica comes back in the next term, at each start that does not get far.
        return (found.Term, found.Vote) == (term, vote) || (syncsLater && found.Term > term && found.Vote.IsNone);
    }

    private static void CheckPlaces(PartitionLog log, List<LogEntry> found)
    {
        Assert.Equal(log.FirstIndex.Value - 1 + (ulong)found.Count, log.LastIndex.Value);
        Assert.Equal(found.Count > 0 ? found[^1].NextOffset : log.FirstOffset, log.NextOffset);
        Assert.Equal(found.Count > 0 ? found[^1].Term : log.TermAt(log.LastIndex), log.LastTerm);
        foreach (var entry in found)
        {
            Assert.Equal(entry.Term, log.TermAt(entry.Index));
        }
    }

    private static void CheckConfigurations(PartitionLog log, ModelEra era, List<LogEntry> found)
    {
        var start = log.FirstIndex.Value - 1;
        var before = era.Log.Take(era.CountTo(start)).ToArray();
        foreach (var index in found.Select(entry => entry.Index.Value).Append(start))
        {
            var expected = era.ConfigurationOf(before.Concat(found.Where(entry => entry.Index.Value <= index)));
            Assert.Equal(expected, log.LatestConfiguration(new LogIndex(index))?.Index.Value ?? 0);
        }

        // What a core refuses: a log that reaches the configuration's index and does not hold it.
        var stated = log.HardState.ConfigurationIndex;
        var latest = log.LatestConfiguration(log.LastIndex)?.Index ?? LogIndex.Zero;
        Assert.True(stated <= latest, $"the state names the configuration at {stated}, the latest is at {latest}");
    }

    private static void CheckCheckpoints(PartitionLog log, ModelEra era, ulong segmented, ulong seen)
    {
        var start = log.FirstIndex.Value - 1;
        Assert.Equal(start > 0, log.BaseCheckpoint is not null);
        Assert.True((log.LatestCheckpoint?.Index.Value ?? 0) >= seen, $"checkpoint {seen} is lost");
        foreach (var checkpoint in new[] { log.BaseCheckpoint, log.LatestCheckpoint })
        {
            if (checkpoint is null)
            {
                continue;
            }

            var index = checkpoint.Index.Value;
            Assert.InRange(index, start, segmented);
            Assert.Equal((era.TermAt(index), era.NextOffsetAt(index)), (checkpoint.Term, checkpoint.NextOffset));
            Assert.Equal(log.LatestConfiguration(checkpoint.Index)?.Index, checkpoint.Configuration?.Index);
            var snapshot = log.ColdView().ReadCheckpoint(checkpoint)!;
            Assert.Equal((checkpoint.Index, checkpoint.Term), (snapshot.Index, snapshot.Term));
            Assert.Equal(StateAt(index, checkpoint.Term), snapshot.State.ToArray());
        }
    }

    private string Describe(ModelMoment moment, bool powerLost, ulong segmented, List<LogEntry> found, PartitionLog log)
    {
        var states = _states.Take(moment.States).Skip(moment.SureAfter(powerLost))
            .Select(state => $"era {state.Era.Base} from {state.Start}: {Words(state.Log)} {state.HardState}");
        return $"group {Id}, segments to {segmented}, committed {Commit}: found from {log.FirstIndex.Value - 1}: "
            + $"{Words(found)} {log.HardState}; expected one of:\n{string.Join('\n', states)}";
    }

    private static string Words(IReadOnlyList<LogEntry> log) =>
        string.Join(' ', log.TakeLast(12).Select(entry => $"{entry.Index}/{entry.Term}"));
}
