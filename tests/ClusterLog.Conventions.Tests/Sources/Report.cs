namespace ClusterLog.Conventions.Tests.Sources;

/// <summary>Fails with every finding at once, each on a line of its own.</summary>
internal static class Report
{
    public static void None(string rule, IEnumerable<string> findings)
    {
        var all = findings.ToArray();
        if (all.Length > 0)
        {
            Assert.Fail($"{rule}\n  {string.Join("\n  ", all)}");
        }
    }
}
