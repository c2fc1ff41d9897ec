namespace ClusterLog.Conformance;

/// <summary>An argument of a command: <c>key</c>, <c>key=value</c> or <c>key=(value,value)</c>.</summary>
/// <param name="Key">What stands before the equals sign, or the whole word.</param>
/// <param name="Values">What stands after it; null where there is no equals sign.</param>
internal sealed record Argument(string Key, IReadOnlyList<string>? Values)
{
    /// <summary>Reads one word of a command line. Values in parentheses are parted by commas or spaces.</summary>
    public static Argument Parse(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            return new Argument(word, null);
        }

        var value = word[(equals + 1)..];
        string[] values = value.StartsWith('(') && value.EndsWith(')')
            ? value[1..^1].Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [value];
        return new Argument(word[..equals], values);
    }
}
