using System.CommandLine;

namespace ClusterLog.Cli.Output;

/// <summary>The parser's errors in this program's words.</summary>
internal static class UsageErrors
{
    /// <summary>
    /// Each error once. A word that no command has explains why a command is missing, so it replaces that error.
    /// </summary>
    public static IReadOnlyList<string> Of(ParseResult parse)
    {
        if (parse.UnmatchedTokens.Count > 0)
        {
            return [Unmatched(parse.CommandResult.Command, parse.UnmatchedTokens[0])];
        }

        if (parse.CommandResult.Command is { Subcommands.Count: > 0 } group)
        {
            return [$"A command is missing: {string.Join(", ", group.Subcommands.Select(one => one.Name))}."];
        }

        return [.. parse.Errors.Select(error => error.Message.ReplaceLineEndings(" ")).Distinct()];
    }

    /// <summary>The line that shows the help of a command.</summary>
    public static string HelpLine(string usage)
    {
        var words = usage.Split(' ').TakeWhile(word => word.Length > 0 && char.IsLower(word[0]) && !word.Contains('|'));
        return string.Join(' ', words) + " --help";
    }

    private static string Unmatched(Command command, string word)
    {
        var candidates = word.StartsWith('-')
            ? OptionsOf(command)
                .SelectMany(option => option.Aliases.Prepend(option.Name))
                .Where(name => name.Length > 2)
            : command.Subcommands.SelectMany(one => one.Aliases.Prepend(one.Name));
        var nearest = candidates
            .Select(name => (Name: name, Distance: Distance(word, name)))
            .Where(candidate => candidate.Distance <= Math.Max(1, word.Length / 3))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        var kind = word.StartsWith('-') ? "an option" : command.Subcommands.Count > 0 ? "a command" : "expected";
        return $"'{word}' is not {kind} here." + (nearest is null ? string.Empty : $" Did you mean '{nearest}'?");
    }

    private static IEnumerable<Option> OptionsOf(Command command)
    {
        var inherited = command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(option => option.Recursive);
        return command.Options.Concat(inherited);
    }

    /// <summary>Levenshtein's distance, with one row of the table at a time.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                var substituted = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(substituted, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
