using ClusterLog.Storage;

namespace ClusterLog.Simulation.Rot;

/// <summary>The kinds of files in a data directory, in words.</summary>
internal static class RotKind
{
    public static string Of(string path)
    {
        if (path.StartsWith(StorageLayout.SegmentsFolder + "/", StringComparison.Ordinal))
        {
            var kind = path.EndsWith(".log", StringComparison.Ordinal) ? "segment"
                : path.EndsWith(".idx", StringComparison.Ordinal) ? "index"
                : "checkpoint";
            return path.StartsWith($"{StorageLayout.SegmentsFolder}/0/", StringComparison.Ordinal) ? $"{kind} of metadata" : kind;
        }

        return path.StartsWith(StorageLayout.WalFolder + "/", StringComparison.Ordinal)
                ? IsWal(path) ? "wal" : "wal, spare"
            : path.StartsWith(StorageLayout.DamagedFolder + "/", StringComparison.Ordinal) ? "damaged/"
            : path;
    }

    /// <summary>Whether the file is one of the write-ahead log in use.</summary>
    public static bool IsWal(string path) => path.EndsWith(".wal", StringComparison.Ordinal);

    /// <summary>Whether a running broker reads the file again.</summary>
    public static bool IsReadWhileRunning(string path) =>
        path.StartsWith(StorageLayout.SegmentsFolder + "/", StringComparison.Ordinal);
}
