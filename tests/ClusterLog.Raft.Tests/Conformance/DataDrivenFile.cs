using ClusterLog.Conformance;
using ClusterLog.Testing;

namespace ClusterLog.Raft.Tests.Conformance;

/// <summary>Finds and reads the scripts of the conformance data.</summary>
internal static class DataDrivenFile
{
    /// <summary>A folder of the conformance data; skips the test where it is absent.</summary>
    public static string Folder(string name)
    {
        if (RepositoryRoot.ConformancePath is not { } root || !Directory.Exists(Path.Combine(root, "raft", name)))
        {
            Assert.Skip($"The conformance data raft/{name} is not beside this checkout.");
            return string.Empty;
        }

        return Path.Combine(root, "raft", name);
    }

    public static List<Directive> Read(string path) => ScriptFile.Read(path);
}
