using System.Collections;

namespace ClusterLog.Server.Configuration;

/// <summary>Reads variables such as CLUSTERLOG__Limits__FrameBytesMax; case does not matter.</summary>
internal static class EnvironmentSource
{
    public static SourceContent Read(IDictionary variables) => new(
        [
            .. variables.Cast<DictionaryEntry>()
                .Select(entry => (Name: (string)entry.Key, Text: entry.Value as string ?? ""))
                .Where(entry => entry.Name.StartsWith(SettingTable.VariablePrefix, StringComparison.OrdinalIgnoreCase))
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => new ConfiguredValue(PathOf(entry.Name), entry.Text, entry.Name)),
        ],
        []);

    private static string PathOf(string name) =>
        name[SettingTable.VariablePrefix.Length..].Replace("__", ".", StringComparison.Ordinal);
}
