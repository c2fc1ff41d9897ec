namespace ClusterLog.Broker.Hosting;

/// <summary>Checks options whole: every setting against its bounds, and the settings against one another.</summary>
internal static partial class BrokerOptionsValidator
{
    /// <summary>Every rule, in the order in which documents list the settings.</summary>
    public static IReadOnlyList<OptionRule> Rules { get; } =
        [.. IdentityRules(), .. LimitRules(), .. TopicRules(), .. RaftRules(), .. StorageRules(), .. CompactionRules(), .. ReplicationRules()];

    /// <summary>All that is wrong, at once; empty: the options are good.</summary>
    public static IReadOnlyList<OptionError> Validate(BrokerOptions options) =>
    [
        .. Rules.Where(rule => !rule.IsMet(options))
            .Select(rule => new OptionError(rule.Key, rule.Found(options), rule.Allowed(options))),
    ];
}
