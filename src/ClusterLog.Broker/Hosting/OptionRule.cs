namespace ClusterLog.Broker.Hosting;

/// <summary>What one setting may be. The texts serve error messages, documents and their test.</summary>
/// <param name="Key">The path of the setting, such as "Limits.FrameBytesMax".</param>
/// <param name="Found">The setting's value in these options, as an operator writes it.</param>
/// <param name="Allowed">What it may be, given the other options.</param>
/// <param name="IsMet">Whether it is.</param>
internal sealed record OptionRule(
    string Key,
    Func<BrokerOptions, string> Found,
    Func<BrokerOptions, string> Allowed,
    Func<BrokerOptions, bool> IsMet)
{
    public static OptionRule Number(string key, Func<BrokerOptions, long> get, long min, long max) =>
        Number(key, get, min, _ => max);

    public static OptionRule Number(
        string key, Func<BrokerOptions, long> get, long min, Func<BrokerOptions, long> max) =>
        Range(key, get, _ => min, max, OptionText.FormatNumber);

    public static OptionRule Bytes(string key, Func<BrokerOptions, long> get, long min, long max) =>
        Range(key, get, _ => min, _ => max, OptionText.FormatBytes);

    public static OptionRule Bytes(
        string key, Func<BrokerOptions, long> get, Func<BrokerOptions, long> min, Func<BrokerOptions, long> max) =>
        Range(key, get, min, max, OptionText.FormatBytes);

    public static OptionRule Time(string key, Func<BrokerOptions, TimeSpan> get, TimeSpan min, TimeSpan max) =>
        Range(key, get, _ => min, _ => max, OptionText.FormatTime);

    private static OptionRule Range<T>(
        string key,
        Func<BrokerOptions, T> get,
        Func<BrokerOptions, T> min,
        Func<BrokerOptions, T> max,
        Func<T, string> format)
        where T : IComparable<T> =>
        new(
            key,
            options => format(get(options)),
            options => $"{format(min(options))} to {format(max(options))}",
            options => get(options).CompareTo(min(options)) >= 0 && get(options).CompareTo(max(options)) <= 0);
}
