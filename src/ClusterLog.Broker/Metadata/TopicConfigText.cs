using System.Globalization;
using ClusterLog.Broker.Hosting;
using ClusterLog.Protocol;

namespace ClusterLog.Broker.Metadata;

/// <summary>A topic's settings as clients write and read them: texts by name. Pure.</summary>
internal static class TopicConfigText
{
    private const string UnlimitedText = "-1";
    private const string DefaultText = "default";

    private static readonly (string Unit, long Size)[] Bytes =
        [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("", 1)];

    private static readonly (string Unit, long Size)[] Times =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// <summary>Reads a new topic's settings; what is not named has its default.</summary>
    /// <exception cref="BrokerException">InvalidArgument: a name is unknown or comes twice, or a value is not allowed.</exception>
    public static TopicConfig Parse(IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var config = ParseChange(settings).ApplyTo(TopicConfig.Default);
        return (config.Refuse() ?? config.RefuseNew()) is { } problem ? throw Refusal($"Of a topic's settings {problem}.") : config;
    }

    /// <summary>Reads the settings that are to change; <c>default</c> stands for each one's default.</summary>
    /// <inheritdoc cref="Parse" path="/exception"/>
    public static TopicConfigChange ParseChange(IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var change = new TopicConfigChange();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in settings)
        {
            if (!seen.Add(name))
            {
                throw Refusal($"Each setting of a topic is named once; found '{name}' more often.");
            }

            var given = value.Trim();
            change = With(change, name, given == DefaultText ? DefaultOf(name) : given);
        }

        return change;
    }

    /// <summary>All settings, in the largest units that divide their values.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Format(TopicConfig config) =>
    [
        new(TopicSetting.Cleanup, config.Cleanup switch
        {
            CleanupPolicy.Compact => "compact",
            CleanupPolicy.Compact | CleanupPolicy.Delete => "compact,delete",
            _ => "delete",
        }),
        new(TopicSetting.RetentionBytes, Format(config.RetentionBytes, Bytes)),
        new(TopicSetting.RetentionTime, Format(config.RetentionMs, Times)),
        new(TopicSetting.Durability, config.Durability == Durability.Memory ? "memory" : "disk"),
        new(TopicSetting.TombstoneGrace, Format(config.TombstoneGraceMs, Times)),
    ];

    private static TopicConfigChange With(TopicConfigChange change, string name, string value) => name switch
    {
        TopicSetting.Cleanup => change with { Cleanup = ParseCleanup(value) },
        TopicSetting.RetentionBytes => change with { RetentionBytes = ParseBytes(name, value) },
        TopicSetting.RetentionTime => change with
        {
            RetentionMs = value == UnlimitedText ? TopicConfig.Unlimited : ParseTime(name, value, min: 1, "-1 (for ever) or "),
        },
        TopicSetting.Durability => change with { Durability = ParseDurability(value) },
        TopicSetting.TombstoneGrace => change with { TombstoneGraceMs = ParseTime(name, value, min: 0, "") },
        _ => throw Refusal($"A topic has the settings {string.Join(", ", TopicSetting.All)}; found '{name}'."),
    };

    // Of a name that is unknown nothing: it is refused as that.
    private static string DefaultOf(string name) =>
        Format(TopicConfig.Default).FirstOrDefault(setting => setting.Key == name).Value ?? "";

    private static CleanupPolicy ParseCleanup(string value)
    {
        var policy = CleanupPolicy.None;
        foreach (var part in value.Split(','))
        {
            var one = part.Trim() switch
            {
                "delete" => CleanupPolicy.Delete,
                "compact" => CleanupPolicy.Compact,
                _ => CleanupPolicy.None,
            };
            if (one == CleanupPolicy.None || policy.HasFlag(one))
            {
                throw Refused(TopicSetting.Cleanup, "delete, compact, or compact,delete", value);
            }

            policy |= one;
        }

        return policy;
    }

    private static Durability ParseDurability(string value) => value switch
    {
        "disk" => Durability.Disk,
        "memory" => Durability.Memory,
        _ => throw Refused(TopicSetting.Durability, "disk or memory", value),
    };

    private static long ParseBytes(string name, string value) =>
        value == UnlimitedText ? TopicConfig.Unlimited
        : OptionText.TryParseBytes(value, out var bytes) && bytes >= 1 ? bytes
        : throw Refused(name, "-1 (no limit) or bytes, such as 1073741824 or 64MiB (B, KiB, MiB, GiB, TiB), at least 1", value);

    private static long ParseTime(string name, string value, long min, string besides) =>
        OptionText.TryParseTime(value, out var time) && time.Ticks >= min * TimeSpan.TicksPerMillisecond
            ? time.Ticks / TimeSpan.TicksPerMillisecond
            : throw Refused(name, $"{besides}a time, such as 7d, 36h, 90m, 30s or 500ms, at least {min} ms", value);

    private static string Format(long value, (string Unit, long Size)[] units)
    {
        if (value <= 0)
        {
            return value == 0 ? "0" : UnlimitedText;
        }

        var (unit, size) = units.First(candidate => value % candidate.Size == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{value / size}{unit}");
    }

    private static BrokerException Refused(string name, string expected, string found) =>
        Refusal($"A topic's setting {name} must be {expected}; found '{found}'.");

    private static BrokerException Refusal(string message) => new(ErrorCode.InvalidArgument, message);
}
