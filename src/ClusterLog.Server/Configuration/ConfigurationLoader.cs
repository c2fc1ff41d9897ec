using ClusterLog.Broker.Hosting;

namespace ClusterLog.Server.Configuration;

/// <summary>Puts the sources together and finds every error at once.</summary>
internal static class ConfigurationLoader
{
    /// <param name="sources">In rising precedence: file, variables, options.</param>
    public static LoadedConfiguration Load(params IReadOnlyList<SourceContent> sources)
    {
        var options = new ServerOptions();
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        var errors = sources.SelectMany(source => source.Errors).ToList();
        var unread = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in sources.SelectMany(source => source.Values))
        {
            var setting = SettingTable.Find(value.Path);
            if (setting is null)
            {
                errors.Add(Unknown(value));
                continue;
            }

            origins[setting.Path] = value.Origin;
            if (!setting.TryWrite(options, value.Text))
            {
                unread.Add(setting.Path);
                errors.Add(new OptionError(value.Origin, $"\"{value.Text}\"", AllowedOf(setting, options)));
            }
        }

        // A value that could not be read leaves the default behind, of which nobody wants to hear.
        errors.AddRange(BrokerOptionsValidator.Validate(options.Broker)
            .Where(error => !unread.Contains(error.Key))
            .Select(error => AsWritten(error, origins)));
        return new LoadedConfiguration(options, origins, errors);
    }

    /// <summary>What a setting may be: its form, and its bounds where it has any.</summary>
    public static string AllowedOf(Setting setting, ServerOptions options)
    {
        var bounds = BoundsOf(setting, options);
        return bounds.Length == 0 || bounds == setting.Form ? setting.Form : $"{setting.Form}; {bounds}";
    }

    /// <summary>A setting's bounds in words; empty where it has none beside its form.</summary>
    public static string BoundsOf(Setting setting, ServerOptions options) =>
        BrokerOptionsValidator.Rules.FirstOrDefault(rule => rule.Key == setting.Path)?.Allowed(options.Broker) ?? "";

    private static OptionError Unknown(ConfiguredValue value)
    {
        var section = SettingTable.All.FirstOrDefault(
            setting => setting.Path.StartsWith(value.Path + ".", StringComparison.OrdinalIgnoreCase));
        if (section is not null)
        {
            return new OptionError(
                value.Origin, $"\"{value.Text}\"", $"a section of settings, such as {section.Path}");
        }

        if (NearestText.Find(value.Path, SettingTable.All.Select(known => known.Path)) is not { } path)
        {
            return new OptionError(value.Origin, "an unknown key", "the keys that --print-config shows");
        }

        var nearest = SettingTable.Find(path)!;
        var isVariable = value.Origin.StartsWith(SettingTable.VariablePrefix, StringComparison.OrdinalIgnoreCase);
        return new OptionError(
            value.Origin, "an unknown key", "did you mean " + (isVariable ? nearest.Variable : nearest.Path) + "?");
    }

    private static OptionError AsWritten(OptionError error, Dictionary<string, string> origins)
    {
        if (origins.TryGetValue(error.Key, out var origin))
        {
            return error with { Key = origin };
        }

        var setting = SettingTable.Find(error.Key);
        return setting is null
            ? error
            : new OptionError(
                $"{setting.Option ?? "--set " + setting.Path} (or {setting.Variable}, or {setting.Path} in the file)",
                setting.IsRequired ? "nothing" : error.Found + ", the default",
                error.Allowed);
    }
}
