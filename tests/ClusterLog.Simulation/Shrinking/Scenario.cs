using System.Globalization;
using System.Text;
using ClusterLog.Simulation.Faults;
using ClusterLog.Simulation.Workload;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Shrinking;

/// <summary>
/// What a seed draws, of which parts can be left out: faults, clients, an operator's changes. Which are kept is written
/// as a short text, so that a command line is enough to run a part of a seed's plan again.
/// </summary>
internal sealed class Scenario
{
    /// <summary>The letters of the kinds of parts, in the order in which they stand in the text.</summary>
    private const string Letters = "fpcro";

    private readonly WorkloadPlan _workload;
    private readonly FaultPlan _faults;

    private Scenario(ulong seed, WorldSettings settings, FaultPlan faults, WorkloadPlan workload)
    {
        (Seed, Settings, _faults, _workload) = (seed, settings, faults, workload);
        All = [.. Letters.SelectMany((_, kind) => Enumerable.Range(0, CountOf(kind)).Select(index => new ScenarioPart(kind, index)))];
    }

    public ulong Seed { get; }

    public WorldSettings Settings { get; }

    /// <summary>Everything that can be left out.</summary>
    public IReadOnlyList<ScenarioPart> All { get; }

    public static Scenario Of(ulong seed)
    {
        var settings = new WorldSettings(SimulatedRandom.For(seed, (ulong)RandomStream.Settings));
        return new Scenario(
            seed,
            settings,
            FaultPlanner.Draw(SimulatedRandom.For(seed, (ulong)RandomStream.Faults), settings),
            WorkloadPlan.Draw(SimulatedRandom.For(seed, (ulong)RandomStream.Workload), settings));
    }

    public FaultPlan FaultsOf(IReadOnlyCollection<ScenarioPart> kept) => new(Keep(_faults.Faults, 0, kept));

    public WorkloadPlan WorkloadOf(IReadOnlyCollection<ScenarioPart> kept) => _workload with
    {
        Producers = Keep(_workload.Producers, 1, kept),
        Consumers = Keep(_workload.Consumers, 2, kept),
        Readers = Keep(_workload.Readers, 3, kept),
        Changes = Keep(_workload.Changes, 4, kept),
    };

    /// <summary>The parts kept, as <see cref="Parse"/> reads them: <c>f0-3,7/p1/c/r/o2</c>.</summary>
    public static string Format(IEnumerable<ScenarioPart> kept)
    {
        var byKind = kept.ToLookup(static part => part.Kind, static part => part.Index);
        var text = new StringBuilder();
        for (var kind = 0; kind < Letters.Length; kind++)
        {
            text.Append(kind == 0 ? "" : "/").Append(Letters[kind]);
            AppendRanges(text, [.. byKind[kind].Order()]);
        }

        return text.ToString();
    }

    /// <exception cref="FormatException">The text is none that <see cref="Format"/> makes for this seed.</exception>
    public IReadOnlyList<ScenarioPart> Parse(string text)
    {
        var parts = new List<ScenarioPart>();
        foreach (var section in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var kind = Letters.IndexOf(section[0], StringComparison.Ordinal);
            if (kind < 0)
            {
                throw new FormatException($"'{section}' begins with none of the letters {Letters}.");
            }

            foreach (var range in section[1..].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                var ends = range.Split('-');
                var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
                var last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
                if (last >= CountOf(kind))
                {
                    throw new FormatException($"'{range}' of '{section}': this seed has {CountOf(kind)} of them.");
                }

                parts.AddRange(Enumerable.Range(first, last - first + 1).Select(index => new ScenarioPart(kind, index)));
            }
        }

        return parts;
    }

    /// <summary>A part in words.</summary>
    public string Describe(ScenarioPart part) => part.Kind switch
    {
        0 => $"fault {part.Index}: {_faults.Faults[part.Index]}",
        1 => $"{_workload.Producers[part.Index]}",
        2 => $"{_workload.Consumers[part.Index]}",
        3 => $"{_workload.Readers[part.Index]}",
        _ => $"change {part.Index}: {_workload.Changes[part.Index]}",
    };

    private int CountOf(int kind) => kind switch
    {
        0 => _faults.Faults.Count,
        1 => _workload.Producers.Count,
        2 => _workload.Consumers.Count,
        3 => _workload.Readers.Count,
        _ => _workload.Changes.Count,
    };

    private static List<T> Keep<T>(IReadOnlyList<T> items, int kind, IReadOnlyCollection<ScenarioPart> kept)
    {
        var list = new List<T>();
        for (var i = 0; i < items.Count; i++)
        {
            if (kept.Contains(new ScenarioPart(kind, i)))
            {
                list.Add(items[i]);
            }
        }

        return list;
    }

    private static void AppendRanges(StringBuilder text, List<int> indexes)
    {
        for (var i = 0; i < indexes.Count;)
        {
            var end = i;
            while (end + 1 < indexes.Count && indexes[end + 1] == indexes[end] + 1)
            {
                end++;
            }

            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{indexes[i]}");
            if (end > i)
            {
                text.Append(CultureInfo.InvariantCulture, $"-{indexes[end]}");
            }

            i = end + 1;
        }
    }
}

/// <summary>One part of a scenario: its kind, as a position in the text's letters, and its number among those.</summary>
internal readonly record struct ScenarioPart(int Kind, int Index);
