using System.Globalization;
using ClusterLog.Raft;

namespace ClusterLog.Storage.Segments;

/// <summary>
/// What a segment file's name says. A segment that grows is named by its first index. One that compaction wrote is named
/// by its first and last index and by its generation as well, so that no file ever changes under its name, and so that
/// after a crash the names alone tell which files it took the place of.
/// </summary>
/// <param name="BaseIndex">The index of its first entry.</param>
/// <param name="LastIndex">Of a compacted segment, that of its last; else zero.</param>
/// <param name="Generation">How often what it holds was compacted; 0 if never.</param>
internal readonly record struct SegmentName(LogIndex BaseIndex, LogIndex LastIndex = default, uint Generation = 0)
{
    /// <summary>The extension of segment files.</summary>
    public const string Extension = ".log";

    private const int Digits = 20;
    private const int GenerationDigits = 10;
    private const int CompactedLength = (2 * Digits) + GenerationDigits + 2;

    /// <summary>The name of the segment file.</summary>
    public string FileName => Stem + Extension;

    /// <summary>The name of its index.</summary>
    public string IndexName => Stem + ".idx";

    private string Stem => Generation == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{BaseIndex.Value:d20}")
        : string.Create(CultureInfo.InvariantCulture, $"{BaseIndex.Value:d20}-{LastIndex.Value:d20}-{Generation:d10}");

    /// <summary>Null where the name is no segment's.</summary>
    public static SegmentName? TryParse(string fileName)
    {
        if (!fileName.EndsWith(Extension, StringComparison.Ordinal))
        {
            return null;
        }

        var stem = fileName.AsSpan(0, fileName.Length - Extension.Length);
        if (stem.Length == Digits && TryIndex(stem, out var baseIndex))
        {
            return new SegmentName(baseIndex);
        }

        return stem.Length == CompactedLength
            && stem[Digits] == '-'
            && stem[(2 * Digits) + 1] == '-'
            && TryIndex(stem[..Digits], out baseIndex)
            && TryIndex(stem.Slice(Digits + 1, Digits), out var lastIndex)
            && uint.TryParse(
                stem[^GenerationDigits..], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            && generation > 0
            ? new SegmentName(baseIndex, lastIndex, generation)
            : null;
    }

    /// <summary>
    /// The segments of a folder that count, in order: a compacted one counts in place of all of earlier generations
    /// that begin within it, which a crash may have left there. What it took the place of is still whole then, or it is
    /// itself, since it got its name only once it was synced.
    /// </summary>
    /// <param name="fileNames">All names in the folder.</param>
    /// <param name="superseded">Gets those that do not count.</param>
    public static List<SegmentName> Current(IEnumerable<string> fileNames, List<SegmentName> superseded)
    {
        var current = new List<SegmentName>();
        var names = fileNames.Select(TryParse).OfType<SegmentName>()
            .OrderBy(name => name.BaseIndex).ThenByDescending(name => name.Generation);
        foreach (var name in names)
        {
            var isSuperseded = current.Count > 0
                && name.BaseIndex <= current[^1].LastIndex
                && name.Generation < current[^1].Generation;
            (isSuperseded ? superseded : current).Add(name);
        }

        return current;
    }

    private static bool TryIndex(ReadOnlySpan<char> text, out LogIndex index)
    {
        var isNumber = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        index = new LogIndex(value);
        return isNumber;
    }
}
