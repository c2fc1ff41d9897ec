using ClusterLog.Broker.Hosting;

namespace ClusterLog.Server.Configuration;

/// <summary>How configuration and what is wrong with it are shown to an operator.</summary>
internal static class ConfigurationText
{
    /// <summary>Every error on a line of its own, with the key, what was found and what is allowed.</summary>
    public static void WriteErrors(TextWriter writer, IReadOnlyList<OptionError> errors)
    {
        writer.WriteLine(errors.Count == 1
            ? "clusterlog-server: the configuration has 1 error:"
            : $"clusterlog-server: the configuration has {errors.Count} errors:");
        foreach (var error in errors)
        {
            writer.WriteLine($"  {error}");
        }
    }

    /// <summary>Every setting with its value and where that came from.</summary>
    public static void WriteEffective(TextWriter writer, LoadedConfiguration configuration)
    {
        var width = SettingTable.All.Max(setting => setting.Path.Length);
        foreach (var setting in SettingTable.All)
        {
            var origin = configuration.Origins.GetValueOrDefault(setting.Path, "default");
            var value = setting.Read(configuration.Options);
            writer.WriteLine($"{setting.Path.PadRight(width)} = {(value.Length == 0 ? "(none)" : value)}  [{origin}]");
        }
    }
}
