using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ClusterLog.Cli.Parsing;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Commands;

/// <summary>
/// Makes options whose messages say the option, what is allowed and what was found. Options that were left out are
/// null, so that the default stays where it belongs: in the client library or in the broker.
/// </summary>
internal static class Options
{
    /// <summary>Reads a text; false when it is not allowed.</summary>
    internal delegate bool TryParse<T>(string text, out T value);

    /// <summary>A whole number.</summary>
    public static Option<int?> Integer(string name, string description, int min, int max = int.MaxValue) =>
        Create<int?>(name, "N", description, Range("a whole number", min, max), (string text, out int? value) =>
        {
            value = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
            return value >= min && value <= max;
        });

    /// <summary>A whole number that may pass two billion.</summary>
    public static Option<long?> Long(string name, string description, long min) =>
        Create<long?>(
            name, "N", description, Range("a whole number", min, long.MaxValue), (string text, out long? value) =>
        {
            value = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
            return value >= min;
        });

    /// <summary>A number of records a second.</summary>
    public static Option<double?> Rate(string description) =>
        Create<double?>("--rate", "N", description, "a number above 0", (string text, out double? value) =>
        {
            value = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
            return value > 0 && double.IsFinite(value.Value);
        });

    /// <summary>A size in bytes, with or without a unit.</summary>
    public static Option<int?> Size(string name, string description, int min, int max) =>
        Create<int?>(
            name, "BYTES", description, $"{SizeParser.Expected}, from {min} to {max}", (string text, out int? value) =>
        {
            value = SizeParser.TryParse(text, out var bytes) && bytes >= min && bytes <= max ? (int)bytes : null;
            return value is not null;
        });

    /// <summary>A duration with a unit.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) =>
        Create<TimeSpan?>(
            name, "DURATION", description, DurationParser.Expected + ", above 0", (string text, out TimeSpan? value) =>
        {
            value = DurationParser.TryParse(text, out var duration) ? duration : null;
            return value > TimeSpan.Zero;
        });

    /// <summary>A number of milliseconds, 0 included.</summary>
    public static Option<TimeSpan?> Milliseconds(string name, string description, int max) =>
        Create<TimeSpan?>(
            name, "MS", description, Range("a number of milliseconds", 0, max), (string text, out TimeSpan? value) =>
        {
            const NumberStyles Styles = NumberStyles.AllowDecimalPoint;
            var isNumber = double.TryParse(text, Styles, CultureInfo.InvariantCulture, out var number);
            value = isNumber && number <= max ? TimeSpan.FromMilliseconds(number) : null;
            return value is not null;
        });

    /// <summary>A text that is not empty.</summary>
    public static Option<string?> Text(string name, string helpName, string description) =>
        Create<string?>(name, helpName, description, "a text that is not empty", (string text, out string? value) =>
        {
            value = text;
            return text.Length > 0;
        });

    /// <summary>How many replicas must have a record before it counts.</summary>
    public static Option<Acks> Acks() => Choice(
        "--acks",
        "Acknowledged when on the disks of a majority (all), on the leader's (leader), or as soon as received (none)",
        Protocol.Acks.All);

    /// <summary>One of the names of an enumeration, in lower case.</summary>
    public static Option<T> Choice<T>(string name, string description, T defaultValue, params string[] aliases)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal)];
        var option = new Option<T>(name, aliases)
        {
            Description = $"{description}; {defaultValue.ToString().ToLowerInvariant()} when left out",
            HelpName = string.Join('|', names),
            Arity = ArgumentArity.ExactlyOne,
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result => Read(result, "one of " + string.Join(", ", names), (string text, out T value) =>
            {
                value = default;
                return names.Contains(text, StringComparer.Ordinal) && Enum.TryParse(text, ignoreCase: true, out value);
            }),
        };

        // The library offers the names as they are written in C#, which are not accepted here.
        option.CompletionSources.Clear();
        option.CompletionSources.Add(names);
        return option;
    }

    /// <summary>An option with a parser of its own.</summary>
    public static Option<T> Create<T>(
        string name, string helpName, string description, string expected, TryParse<T> parse) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result => Read(result, expected, parse),
        };

    /// <summary>Runs the parser and reports what it refuses.</summary>
    public static T? Read<T>(ArgumentResult result, string expected, TryParse<T> parse)
    {
        var text = result.Tokens[0].Value;
        if (parse(text, out var value))
        {
            return value;
        }

        var option = (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;
        result.AddError($"{option} must be {expected}; found '{text}'.");
        return default;
    }

    private static string Range(string what, long min, long max) => max is int.MaxValue or long.MaxValue
        ? string.Create(CultureInfo.InvariantCulture, $"{what}, {min} or more")
        : string.Create(CultureInfo.InvariantCulture, $"{what} from {min} to {max}");
}
