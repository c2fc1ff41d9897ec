using System.CommandLine;
using System.CommandLine.Parsing;
using ClusterLog.Protocol;

namespace ClusterLog.Cli.Commands;

/// <summary>`--config NAME=VALUE`, as often as there are settings. The brokers judge names and values.</summary>
internal static class TopicConfigOption
{
    /// <summary>What the help says below the options.</summary>
    public const string Details =
        Settings + ". Those that are not named get their defaults, which keep everything, on disk.";

    /// <summary>The settings that there are.</summary>
    public const string Settings =
        "Settings: cleanup (delete, compact or compact,delete), retention.bytes (of each partition, such as 64MiB), "
        + "retention.time (such as 7d), durability (disk or memory), tombstone.grace (such as 24h)";

    /// <summary>Makes the option.</summary>
    public static Option<Dictionary<string, string>?> New()
    {
        var option = new Option<Dictionary<string, string>?>("--config")
        {
            Description = "A setting of the topic; may be given several times",
            HelpName = "NAME=VALUE",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Read,
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. TopicSetting.All.Select(name => name + "=")]);
        return option;
    }

    private static Dictionary<string, string>? Read(ArgumentResult result)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            var at = token.Value.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                result.AddError($"--config must be NAME=VALUE, such as retention.bytes=64MiB; found '{token.Value}'.");
                return null;
            }

            if (!settings.TryAdd(token.Value[..at], token.Value[(at + 1)..]))
            {
                result.AddError($"--config names each setting once; found '{token.Value[..at]}' more often.");
                return null;
            }
        }

        return settings;
    }
}
