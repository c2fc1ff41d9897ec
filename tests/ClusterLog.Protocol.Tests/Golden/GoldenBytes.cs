using ClusterLog.Testing;

namespace ClusterLog.Protocol.Tests.Golden;

/// <summary>Reads frames.hex, which make_frames.py wrote with a MessagePack library that is not ours.</summary>
internal static class GoldenBytes
{
    private static readonly Dictionary<string, byte[]> Bytes = File
        .ReadLines(Path.Combine(RepositoryRoot.Path, "tests/ClusterLog.Protocol.Tests/Golden/frames.hex"))
        .Select(line => line.Split(' '))
        .ToDictionary(parts => parts[0], parts => Convert.FromHexString(parts[1]));

    public static IEnumerable<string> Names => Bytes.Keys;

    public static byte[] Of(string name) => Bytes[name];
}
