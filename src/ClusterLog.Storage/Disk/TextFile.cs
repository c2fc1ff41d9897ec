using System.Globalization;
using System.Text;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Disk;

/// <summary>
/// Small files of the data directory that a person can read. Each is written anew as a whole, under a .tmp name first: under
/// its own name there is the old text or the new one.
/// </summary>
internal static class TextFile
{
    /// <summary>The bytes of a file, as UTF-8; what lies behind <paramref name="bytesMax"/> is left out.</summary>
    public static string Read(IStorageDisk disk, string path, long bytesMax)
    {
        using var file = disk.Open(path, FileUse.Read);
        var bytes = new byte[Math.Min(file.Length, bytesMax)];
        return Encoding.UTF8.GetString(bytes, 0, file.ReadAt(0, bytes));
    }

    /// <summary>Returns once the file, in the directory's root, is durable in place of the one before.</summary>
    public static void Replace(IStorageDisk disk, string path, string text)
    {
        var temporary = path + ".tmp";
        using (var file = disk.Open(temporary, FileUse.Create))
        {
            file.WriteAt(0, Encoding.UTF8.GetBytes(text));
            file.Sync();
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory("");
    }

    /// <summary>Lines, and a last one with a checksum of their bytes.</summary>
    public static string WithChecksum(string lines) => string.Create(
        CultureInfo.InvariantCulture, $"{lines}crc32c={Crc32C.Compute(Encoding.UTF8.GetBytes(lines)):x8}\n");
}
