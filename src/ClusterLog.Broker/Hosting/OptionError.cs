namespace ClusterLog.Broker.Hosting;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Key">The path of the setting, such as "Limits.FrameBytesMax".</param>
/// <param name="Found">What is there.</param>
/// <param name="Allowed">What may be there.</param>
internal sealed record OptionError(string Key, string Found, string Allowed)
{
    public override string ToString() => $"{Key}: found {Found}; allowed: {Allowed}";
}
