using System.Collections;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Server;

/// <summary>What the process has of the world around it; tests have their own.</summary>
/// <param name="Output">What was asked for.</param>
/// <param name="Error">Why it cannot be had.</param>
/// <param name="Variables">The environment.</param>
/// <param name="DiskLayer">What stands between each broker and its disk; nothing when null.</param>
internal sealed record ServerConsole(
    TextWriter Output, TextWriter Error, IDictionary Variables, Func<IStorageDisk, IStorageDisk>? DiskLayer = null);
