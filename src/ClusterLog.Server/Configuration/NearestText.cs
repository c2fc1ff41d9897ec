namespace ClusterLog.Server.Configuration;

/// <summary>Guesses what a mistyped key was meant to be.</summary>
internal static class NearestText
{
    /// <summary>
    /// The candidate that takes the fewest edits, whatever the case; the first of equals. Null where none resembles the
    /// text: a guess that is far off only confuses.
    /// </summary>
    public static string? Find(string text, IEnumerable<string> candidates)
    {
        var (nearest, edits) = candidates
            .Select(candidate => (candidate, Edits: Edits(text.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .MinBy(pair => pair.Edits);
        return nearest is not null && edits <= Math.Max(text.Length, nearest.Length) / 2 ? nearest : null;
    }

    /// <summary>Levenshtein's distance, by rows.</summary>
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
