using System.Globalization;
using ClusterLog.Broker.Hosting;

namespace ClusterLog.Server.Configuration;

/// <summary>
/// One thing that can be configured: what it is called in each source, and how its text is read and written.
/// </summary>
/// <param name="Path">The path in the JSON file, such as "Limits.FrameBytesMax".</param>
/// <param name="Option">The option of its own, such as "--broker-id"; null: only by --set.</param>
/// <param name="Description">What it does, for help and documents.</param>
/// <param name="Form">What its text must look like.</param>
/// <param name="Read">Its value, as an operator would write it.</param>
/// <param name="TryWrite">Takes a text; false where that does not have the <paramref name="Form"/>.</param>
internal sealed record Setting(
    string Path,
    string? Option,
    string Description,
    string Form,
    Func<ServerOptions, string> Read,
    Func<ServerOptions, string, bool> TryWrite)
{
    /// <summary>Whether there is no default.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The default in words, where it depends on the machine.</summary>
    public string? DefaultText { get; init; }

    /// <summary>The environment variable.</summary>
    public string Variable => SettingTable.VariablePrefix + Path.Replace(".", "__", StringComparison.Ordinal);

    /// <summary>What its default is, for documents.</summary>
    public string Default => DefaultText ?? (IsRequired ? "none, required" : Read(new ServerOptions()));

    public static Setting Number(
        string path,
        string? option,
        string description,
        Func<BrokerOptions, int> get,
        Action<BrokerOptions, int> set) =>
        new(
            path,
            option,
            description,
            "a whole number",
            options => get(options.Broker).ToString(CultureInfo.InvariantCulture),
            (options, text) =>
            {
                var isNumber = int.TryParse(
                    text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
                if (isNumber)
                {
                    set(options.Broker, number);
                }

                return isNumber;
            });

    public static Setting Bytes(
        string path, string description, Func<BrokerOptions, long> get, Action<BrokerOptions, long> set) =>
        new(
            path,
            null,
            description,
            "bytes, such as 8388608 or \"8 MiB\"",
            options => OptionText.FormatBytes(get(options.Broker)),
            (options, text) =>
            {
                var isBytes = OptionText.TryParseBytes(text, out var bytes);
                if (isBytes)
                {
                    set(options.Broker, bytes);
                }

                return isBytes;
            });

    /// <summary>Bytes that fit an int: more is a text that cannot be read, and the error names the bounds.</summary>
    public static Setting SmallBytes(
        string path, string description, Func<BrokerOptions, int> get, Action<BrokerOptions, int> set)
    {
        var setting = Bytes(path, description, options => get(options), (options, bytes) => set(options, (int)bytes));
        return setting with
        {
            TryWrite = (options, text) => OptionText.TryParseBytes(text, out var bytes)
                && bytes <= int.MaxValue
                && setting.TryWrite(options, text),
        };
    }

    public static Setting Time(
        string path,
        string? option,
        string description,
        Func<BrokerOptions, TimeSpan> get,
        Action<BrokerOptions, TimeSpan> set) =>
        new(
            path,
            option,
            description,
            "a time, such as \"30 s\", \"500 ms\" or \"10 min\"",
            options => OptionText.FormatTime(get(options.Broker)),
            (options, text) =>
            {
                var isTime = OptionText.TryParseTime(text, out var time);
                if (isTime)
                {
                    set(options.Broker, time);
                }

                return isTime;
            });

    public static Setting Address(
        string path,
        string option,
        string description,
        Func<BrokerOptions, ListenAddress?> get,
        Action<BrokerOptions, ListenAddress> set) =>
        new(
            path,
            option,
            description,
            ListenAddress.Form,
            options => get(options.Broker)?.ToString() ?? "",
            (options, text) =>
            {
                var isAddress = ListenAddress.TryParse(text, out var address);
                if (isAddress)
                {
                    set(options.Broker, address!);
                }

                return isAddress;
            });

    public static Setting Text(
        string path,
        string option,
        string description,
        Func<BrokerOptions, string> get,
        Action<BrokerOptions, string> set) =>
        new(
            path,
            option,
            description,
            "a text",
            options => get(options.Broker),
            (options, text) =>
            {
                set(options.Broker, text);
                return true;
            });

    /// <summary>One of an enumeration's names, whatever their case.</summary>
    public static Setting Choice<T>(
        string path, string? option, string description, Func<ServerOptions, T> get, Action<ServerOptions, T> set)
        where T : struct, Enum =>
        new(
            path,
            option,
            description,
            "one of " + string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant())),
            options => get(options).ToString().ToLowerInvariant(),
            (options, text) =>
            {
                // Enum.TryParse takes numbers as well, which are nobody's name.
                var name = Enum.GetNames<T>().FirstOrDefault(
                    known => known.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
                if (name is not null)
                {
                    set(options, Enum.Parse<T>(name));
                }

                return name is not null;
            });
}
