using System.Globalization;

namespace ClusterLog.Simulation.CommandLine;

/// <summary>A verb's arguments: options with one value each, and the rest in order.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = [];

    /// <exception cref="UsageException">An option is not among <paramref name="known"/>, or lacks its value.</exception>
    public Arguments(IReadOnlyList<string> arguments, params string[] known)
    {
        var values = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                values.Add(arguments[i]);
            }
            else if (!known.Contains(arguments[i]) || i + 1 == arguments.Count)
            {
                throw new UsageException($"Option {arguments[i]} is not known here, or has no value.");
            }
            else
            {
                _options[arguments[i]] = arguments[++i];
            }
        }

        Values = values;
    }

    public IReadOnlyList<string> Values { get; }

    public string? Option(string name) => _options.GetValueOrDefault(name);

    public int Number(string name, int otherwise) => Option(name) is { } text
        ? int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new UsageException($"Option {name} takes a number from 1 on, found {text}.")
        : otherwise;

    /// <summary>The only value, as a seed.</summary>
    public ulong Seed() => Values.Count == 1 && ulong.TryParse(Values[0], CultureInfo.InvariantCulture, out var seed)
        ? seed
        : throw new UsageException("One seed is wanted.");

    /// <summary>"A..B", both included; or one number.</summary>
    public (ulong First, ulong Last) Seeds(string name)
    {
        var parts = (Option(name) ?? throw new UsageException($"Option {name} A..B is wanted.")).Split("..");
        if (parts.Length <= 2
            && ulong.TryParse(parts[0], CultureInfo.InvariantCulture, out var first)
            && ulong.TryParse(parts[^1], CultureInfo.InvariantCulture, out var last)
            && last >= first)
        {
            return (first, last);
        }

        throw new UsageException($"Option {name} takes A..B with A <= B, found {Option(name)}.");
    }
}
