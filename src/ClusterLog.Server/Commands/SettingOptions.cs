using System.CommandLine;
using ClusterLog.Broker.Hosting;
using ClusterLog.Server.Configuration;

namespace ClusterLog.Server.Commands;

/// <summary>
/// The options that set something: one for each setting that has an option of its own, and --set KEY=VALUE for all.
/// Their values are texts to the command line, so that one that cannot be read is reported with all other errors.
/// </summary>
internal sealed class SettingOptions
{
    private readonly List<(Setting Setting, Option<string> Option)> _own =
    [
        .. SettingTable.All.Where(setting => setting.Option is not null).Select(setting => (
            setting,
            new Option<string>(setting.Option!)
            {
                Description = $"{setting.Description} Default: {setting.Default}.",
                HelpName = "VALUE",
            })),
    ];

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Sets any setting by its key, such as Limits.ConnectionsMax=100; may be given several times.",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    public void AddTo(Command command)
    {
        _own.ForEach(own => command.Options.Add(own.Option));
        command.Options.Add(_set);
    }

    /// <summary>What the command line sets; an option of its own wins over --set.</summary>
    public SourceContent Read(ParseResult parsed)
    {
        var values = new List<ConfiguredValue>();
        var errors = new List<OptionError>();
        foreach (var pair in TextsOf(parsed, _set))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                errors.Add(new OptionError("--set", $"\"{pair}\"", "KEY=VALUE, such as Limits.ConnectionsMax=100"));
                continue;
            }

            var key = pair[..equals].Trim();
            values.Add(new ConfiguredValue(key, pair[(equals + 1)..], "--set " + key));
        }

        values.AddRange(
            from own in _own
            from text in TextsOf(parsed, own.Option)
            select new ConfiguredValue(own.Setting.Path, text, own.Option.Name));
        return new SourceContent(values, errors);
    }

    // GetValue throws where the value is missing, which the command line's own errors tell already.
    private static IEnumerable<string> TextsOf(ParseResult parsed, Option option) =>
        parsed.GetResult(option)?.Tokens.Select(token => token.Value) ?? [];
}
