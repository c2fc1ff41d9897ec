using ClusterLog.Server.Configuration;
using ClusterLog.Testing;

namespace ClusterLog.Server.Tests.Docs;

/// <summary>docs/operations.md lists every setting as it is.</summary>
public sealed class OperationsDocTests
{
    [Fact]
    public void Reference_EverySetting_HasItsRow()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs", "operations.md"));
        var missing = SettingTable.All.Select(Row).Except(lines).ToList();
        Assert.True(
            missing.Count == 0, "docs/operations.md lacks these rows:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void Reference_Rows_NameNothingElse()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs", "operations.md"));
        var known = SettingTable.All.Select(Row).ToHashSet();
        var stale = lines.Where(line => line.Contains("| `CLUSTERLOG__", StringComparison.Ordinal)
            && !known.Contains(line));
        Assert.Empty(stale);
    }

    private static string Row(Setting setting)
    {
        var option = setting.Option ?? $"--set {setting.Path}=";
        var bounds = ConfigurationLoader.BoundsOf(setting, new ServerOptions());
        var allowed = bounds.Length == 0 || setting.Path == "DataDirectory" ? setting.Form : bounds;
        return $"| `{setting.Path}` | `{option}` | `{setting.Variable}` | {setting.Default} | {allowed} "
            + $"| {setting.Description} |";
    }
}
