using System.Globalization;
using System.Text;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage;

/// <summary>
/// The file FOUNDERS: which data directory each broker had when this one helped to found the cluster, in lines that a
/// person can read, the last one with a checksum of those before. Written once, before the broker speaks as a founder.
/// </summary>
internal static class FoundersFile
{
    private const string Title = "clusterlog founders, format 1";
    private const int BytesMax = 1 << 20;

    /// <summary>
    /// Directory ids by broker; null where the file is missing. One that is damaged names nobody: its directory is no
    /// proof of a founding any more, and nothing else hangs on it.
    /// </summary>
    public static IReadOnlyDictionary<int, long>? Load(IStorageDisk disk)
    {
        if (!disk.Exists(StorageLayout.FoundersFile))
        {
            return null;
        }

        var text = TextFile.Read(disk, StorageLayout.FoundersFile, BytesMax);
        var founders = new SortedDictionary<int, long>();
        foreach (var line in text.Split('\n'))
        {
            var parts = line.Split('=');
            if (parts.Length == 2
                && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var broker)
                && long.TryParse(
                    parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var directory))
            {
                founders[broker] = directory;
            }
        }

        return Encode(founders) == text ? founders : new SortedDictionary<int, long>();
    }

    public static void Save(IStorageDisk disk, IReadOnlyDictionary<int, long> founders) =>
        TextFile.Replace(disk, StorageLayout.FoundersFile, Encode(founders));

    private static string Encode(IReadOnlyDictionary<int, long> founders)
    {
        var text = new StringBuilder(Title).Append('\n');
        foreach (var (broker, directory) in founders.OrderBy(static founder => founder.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"{broker}={directory:x16}\n");
        }

        return TextFile.WithChecksum(text.ToString());
    }
}
