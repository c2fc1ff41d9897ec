namespace ClusterLog.Server.Configuration;

/// <summary>Guesses what a mistyped key was meant to be.</summary>
internal static class NearestText
{
    /// <summary>The candidate that takes the fewest edits, whatever the case; the first of equals.</summary>
    public static string Find(string text, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => Edits(text.ToUpperInvariant(), candidate.ToUpperInvariant())) ?? "";

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
