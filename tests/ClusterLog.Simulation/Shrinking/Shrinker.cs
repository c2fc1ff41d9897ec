namespace ClusterLog.Simulation.Shrinking;

/// <summary>
/// Delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", the ddmin algorithm):
/// leaves out ever smaller pieces of a list as long as what remains still fails.
/// </summary>
internal sealed class Shrinker<T>
{
    private readonly Func<IReadOnlyList<T>, bool> _fails;
    private readonly int _runsMax;

    /// <param name="fails">Whether a list, in the order of the whole, fails as the whole does. Deterministic.</param>
    /// <param name="runsMax">The most calls of it; beyond, the best so far is the answer.</param>
    public Shrinker(Func<IReadOnlyList<T>, bool> fails, int runsMax)
    {
        (_fails, _runsMax) = (fails, runsMax);
    }

    /// <summary>Calls made so far.</summary>
    public int Runs { get; private set; }

    /// <summary>A part of a failing list of which no single item can be left out, unless the runs were used up.</summary>
    public IReadOnlyList<T> Shrink(IReadOnlyList<T> all)
    {
        var kept = all;
        var pieces = 2;
        while (kept.Count > 0 && Runs < _runsMax)
        {
            pieces = Math.Min(pieces, kept.Count);
            if (FindSmaller(kept, pieces) is { } smaller)
            {
                kept = smaller;
                pieces = Math.Max(2, pieces - 1);
            }
            else if (pieces == kept.Count)
            {
                break;
            }
            else
            {
                pieces *= 2;
            }
        }

        return kept;
    }

    /// <summary>The list without one of its pieces that still fails; null when it needs each.</summary>
    private List<T>? FindSmaller(IReadOnlyList<T> kept, int pieces)
    {
        for (var piece = 0; piece < pieces && Runs < _runsMax; piece++)
        {
            var (from, to) = (piece * kept.Count / pieces, (piece + 1) * kept.Count / pieces);
            List<T> without = [.. kept.Take(from), .. kept.Skip(to)];
            Runs++;
            if (_fails(without))
            {
                return without;
            }
        }

        return null;
    }
}
