using System.CommandLine;
using System.CommandLine.Parsing;
using ClusterLog.Broker.Hosting;
using ClusterLog.Server.Configuration;

namespace ClusterLog.Server.Commands;

/// <summary>What is wrong with a command line, in the form of the configuration's other errors.</summary>
internal static class CommandLineErrors
{
    public static IReadOnlyList<OptionError> Of(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0)
        {
            return [];
        }

        var names = Names(parsed.CommandResult.Command);
        var errors = Unknown(parsed.UnmatchedTokens).Select(token => new OptionError(
            token,
            "an unknown option or command",
            NearestText.Find(token, names) is { } nearest ? $"did you mean {nearest}?" : string.Join(", ", names)))
            .ToList();
        errors.AddRange(parsed.Errors
            .Where(error => error.SymbolResult is OptionResult or ArgumentResult)
            .Select(error => new OptionError(NameOf(error.SymbolResult!), error.Message, "one value")));
        if (errors.Count == 0)
        {
            errors.Add(new OptionError("the command line", "no command", string.Join(", ", names)));
        }

        return errors;
    }

    // What follows an unknown option is most likely its value.
    private static IEnumerable<string> Unknown(IReadOnlyList<string> tokens) => tokens.Where((token, index) =>
        token.StartsWith('-') || index == 0 || !tokens[index - 1].StartsWith('-'));

    private static string NameOf(SymbolResult result) => result switch
    {
        OptionResult option => option.Option.Name,
        ArgumentResult { Parent: OptionResult parent } => parent.Option.Name,
        _ => "the command line",
    };

    private static List<string> Names(Command command) =>
    [
        .. command.Subcommands.Select(sub => sub.Name)
            .Concat(command.Options.Select(option => option.Name))
            .Append("--help")
            .Distinct(),
    ];
}
