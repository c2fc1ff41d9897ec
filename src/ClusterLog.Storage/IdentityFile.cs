using System.Globalization;
using System.Text;
using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage;

/// <summary>
/// The file IDENTITY: whose the directory is, in lines that a person can read, the last one with a checksum of those
/// before. Written when the directory is first used, and when the broker's set of directories is another than before.
/// </summary>
internal static class IdentityFile
{
    private const string Title = "clusterlog data directory, format 4";

    /// <summary>Checks a directory, or makes it the caller's if it is new; returns the identity that it bears.</summary>
    /// <exception cref="DataDirectoryException">The directory is another broker's or cluster's, or of another version.</exception>
    /// <exception cref="CorruptLogException">The file is damaged.</exception>
    public static DirectoryIdentity Check(IStorageDisk disk, string directory, DirectoryIdentity configured)
    {
        if (!disk.Exists(StorageLayout.IdentityFile))
        {
            if (disk.ListFiles(StorageLayout.WalFolder).Any(name => name.EndsWith(".wal", StringComparison.Ordinal)))
            {
                throw new DataDirectoryException(
                    $"The data directory {directory} holds a log but no file {StorageLayout.IdentityFile}: "
                    + "it cannot be told whose it is.");
            }

            Save(disk, configured);
            return configured;
        }

        var found = Load(disk, directory);
        if (!found.HasSameOwner(configured))
        {
            throw new DataDirectoryException(
                $"The data directory {directory} belongs to {Describe(found)}, but this is {Describe(configured)}.");
        }

        return found;
    }

    private static string Describe(DirectoryIdentity identity) =>
        $"broker {identity.BrokerId.ToString(CultureInfo.InvariantCulture)} of cluster "
        + $"'{identity.ClusterName}' (members {identity.ClusterMembers})";

    private static string Encode(DirectoryIdentity identity)
    {
        return TextFile.WithChecksum(string.Create(
            CultureInfo.InvariantCulture,
            $"{Title}\ncluster={identity.ClusterName}\nmembers={identity.ClusterMembers}\nbroker={identity.BrokerId}\n"
            + $"directory={identity.DirectoryId:x16}\n"
            + $"set={identity.Set.Id:x16} of={string.Join(',', identity.Set.Members.Select(static id => $"{id:x16}"))}\n"));
    }

    /// <summary>Returns once the file is durable, in place of the one before.</summary>
    public static void Save(IStorageDisk disk, DirectoryIdentity identity) =>
        TextFile.Replace(disk, StorageLayout.IdentityFile, Encode(identity));

    /// <exception cref="DataDirectoryException">The file is of another version.</exception>
    /// <exception cref="CorruptLogException">It is damaged.</exception>
    public static DirectoryIdentity Load(IStorageDisk disk, string directory)
    {
        using var file = disk.Open(StorageLayout.IdentityFile, FileUse.Read);
        var bytes = new byte[Math.Min(file.Length, 1 << 20)];
        var text = Encoding.UTF8.GetString(bytes, 0, file.ReadAt(0, bytes));
        var lines = text.Split('\n');
        if (lines.Length == 8
            && int.TryParse(Value(lines[3], "broker="), CultureInfo.InvariantCulture, out var broker)
            && TryReadId(Value(lines[4], "directory="), out var id)
            && TryReadSet(lines[5]) is { } set)
        {
            var identity = new DirectoryIdentity(Value(lines[1], "cluster="), Value(lines[2], "members="), broker, id)
            {
                Set = set,
            };
            if (Encode(identity) == text)
            {
                return identity;
            }
        }

        RefuseOtherVersion(directory, text);
        throw new CorruptLogException(
            null,
            StorageLayout.IdentityFile,
            0,
            "the lines cluster, members, broker, directory, set and their checksum",
            $"{bytes.Length} bytes that are not that");
    }

    // What bears a good checksum was written so.
    private static void RefuseOtherVersion(string directory, string text)
    {
        var end = text.LastIndexOf("crc32c=", StringComparison.Ordinal);
        var lines = text.Split('\n');
        if (end > 0
            && lines[0] != Title
            && text == TextFile.WithChecksum(text[..end]))
        {
            throw new DataDirectoryException(
                $"The data directory {directory} is of another version of the storage format: expected '{Title}', "
                + $"found '{lines[0]}'.");
        }
    }

    private static DirectorySet? TryReadSet(string line)
    {
        var parts = line.Split(' ');
        if (parts.Length != 2 || !TryReadId(Value(parts[0], "set="), out var set))
        {
            return null;
        }

        var members = new List<long>();
        foreach (var text in Value(parts[1], "of=").Split(','))
        {
            if (!TryReadId(text, out var member))
            {
                return null;
            }

            members.Add(member);
        }

        return new DirectorySet(set, members);
    }

    private static bool TryReadId(string text, out long id) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);

    private static string Value(string line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal) ? line[key.Length..] : "";
}
