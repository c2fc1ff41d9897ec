using System.Globalization;

namespace ClusterLog.Simulation.Rot;

/// <summary>Outcomes, counted.</summary>
internal sealed class RotTally
{
    private readonly HashSet<(int Broker, string Path)> _files = [];
    private readonly Dictionary<string, int> _broken = [];
    private readonly Dictionary<RotFinder, int> _found = [];
    private int _groupsRebuilt;
    private int _identitiesReplaced;
    private int _gone;

    public int Flips { get; private set; }

    public int Broken => _broken.Values.Sum();

    public int Files => _files.Count;

    public int FoundBy(RotFinder finder) => _found.GetValueOrDefault(finder);

    public void Add(RotOutcome outcome)
    {
        Flips++;
        _files.Add((outcome.Place.Broker, outcome.Place.Path));
        _groupsRebuilt += outcome.GroupsRebuilt;
        _identitiesReplaced += outcome.IsIdentityReplaced ? 1 : 0;
        if (outcome.Violation is { } violation)
        {
            // No cluster that does not come to rest is repaired, whatever it waits for.
            var verdict = violation.Invariant == "liveness" ? RotVerdict.Unrepaired : violation.Invariant;
            _broken[verdict] = _broken.GetValueOrDefault(verdict) + 1;
        }
        else if (outcome.IsGone)
        {
            _gone++;
        }
        else
        {
            _found[outcome.FoundBy] = _found.GetValueOrDefault(outcome.FoundBy) + 1;
        }
    }

    /// <summary>What became of them, in the order of those who find.</summary>
    public string Counts() => string.Create(
        CultureInfo.InvariantCulture,
        $"without_effect={FoundBy(RotFinder.Nobody)} gone_before={_gone} found_at_start={FoundBy(RotFinder.Start)} "
        + $"found_by_read={FoundBy(RotFinder.Read)} found_by_scrubber={FoundBy(RotFinder.Scrubber)} "
        + $"groups_rebuilt={_groupsRebuilt} identities_replaced={_identitiesReplaced}");

    /// <summary>What must be zero, each.</summary>
    public string Verdicts()
    {
        string[] known = [RotVerdict.Wrong, RotVerdict.Lost, RotVerdict.Doubled, RotVerdict.Unrepaired];
        var others = _broken.Where(item => !known.Contains(item.Key)).Sum(static item => item.Value);
        return string.Join(' ', known.Select(verdict => $"{verdict}={_broken.GetValueOrDefault(verdict)}"))
            + $" otherwise_broken={others}";
    }
}
