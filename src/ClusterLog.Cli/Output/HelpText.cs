using System.CommandLine;
using System.Text;
using ClusterLog.Cli.Commands;
using ClusterLog.Cli.Terminal;

namespace ClusterLog.Cli.Output;

/// <summary>
/// The help of a command: what it does, how it is called, its own options before those that all commands have, and
/// examples. Written here because the library's help can neither show examples nor leave the cluster alone: it would
/// ask for topics.
/// </summary>
internal static class HelpText
{
    private const int GapColumns = 3;
    private const int FirstColumnMax = 34;

    /// <summary>The whole help.</summary>
    public static string Write(Command command, Palette palette, int width)
    {
        var text = new StringBuilder();
        AppendWrapped(text, command.Description ?? command.Name, string.Empty, width);
        if ((command as CliCommand)?.Details is { } details)
        {
            text.Append('\n');
            AppendWrapped(text, details, string.Empty, width);
        }

        text.Append('\n').Append(palette.Paint(Tone.Strong, "Usage:"))
            .Append("\n  ").Append(Usage(command)).Append('\n');
        var subcommands = command.Subcommands
            .Where(one => !one.Hidden)
            .Select(one => (Names(one), one.Description ?? string.Empty));
        AppendSection(text, "Commands", subcommands, palette, width);
        AppendSection(
            text,
            "Arguments",
            command.Arguments.Select(one => (Label(one), one.Description ?? string.Empty)),
            palette,
            width);
        var own = command.Options.Where(option => !option.Recursive && !option.Hidden).ToArray();
        AppendSection(text, "Options", own.Select(Row), palette, width);
        var global = Lineage(command)
            .SelectMany(one => one.Options)
            .Where(option => option.Recursive && !option.Hidden);
        AppendSection(text, "Options of every command", global.Select(Row), palette, width);
        AppendExamples(text, command, palette);
        return text.ToString();
    }

    /// <summary>How the command is called, on one line.</summary>
    public static string Usage(Command command)
    {
        var path = string.Join(
            ' ', Lineage(command).Reverse().Select(one => one is RootCommand ? CommandLine.ProgramName : one.Name));
        var arguments = string.Concat(command.Arguments.Select(argument => " " + Label(argument)));
        var required = string.Concat(
            command.Options.Where(option => option.Required).Select(option => $" {option.Name} {option.HelpName}"));
        return command.Subcommands.Count > 0 ? path + " COMMAND [options]" : path + arguments + required + " [options]";
    }

    private static IEnumerable<Command> Lineage(Command command)
    {
        for (var one = command; one is not null; one = one.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return one;
        }
    }

    private static void AppendExamples(StringBuilder text, Command command, Palette palette)
    {
        if (command is not CliCommand { Examples: { Count: > 0 } examples })
        {
            return;
        }

        text.Append('\n').Append(palette.Paint(Tone.Strong, "Examples:")).Append('\n');
        foreach (var example in examples)
        {
            text.Append(palette.Paint(Tone.Dim, $"  # {example.What}"))
                .Append("\n  ").Append(example.Line).Append('\n');
        }
    }

    private static void AppendSection(
        StringBuilder text,
        string title,
        IEnumerable<(string Name, string Description)> rows,
        Palette palette,
        int width)
    {
        var all = rows.ToArray();
        if (all.Length == 0)
        {
            return;
        }

        text.Append('\n').Append(palette.Paint(Tone.Strong, title + ":")).Append('\n');
        var column = Math.Min(all.Max(row => row.Name.Length), FirstColumnMax) + GapColumns;
        foreach (var (name, description) in all)
        {
            var first = "  " + name.PadRight(column);
            AppendWrapped(text, description, first, width, new string(' ', column + 2));
        }
    }

    private static (string Name, string Description) Row(Option option) =>
        (Names(option), option.Description ?? string.Empty);

    private static string Label(Argument argument) => argument.HelpName ?? argument.Name;

    private static string Names(Command command) => string.Join(", ", command.Aliases.Prepend(command.Name));

    private static string Names(Option option)
    {
        var names = string.Join(", ", option.Aliases.OrderBy(alias => alias.Length).Append(option.Name));
        return option.HelpName is null ? names : $"{names} {option.HelpName}";
    }

    private static void AppendWrapped(StringBuilder text, string words, string first, int width, string? rest = null)
    {
        var line = new StringBuilder(first);
        var isEmpty = true;
        foreach (var word in words.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append(rest);
                isEmpty = true;
            }

            line.Append(isEmpty ? string.Empty : " ").Append(word);
            isEmpty = false;
        }

        text.Append(line).Append('\n');
    }
}
