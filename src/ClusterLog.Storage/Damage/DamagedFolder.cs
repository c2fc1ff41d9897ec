using System.Globalization;
using ClusterLog.Storage.Disk;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Storage.Damage;

/// <summary>
/// The folder damaged/: files that were found damaged, or that mean nothing without a damaged one, for a person to look
/// at. Bounded in bytes and in number; the oldest go first. Recovery, then the segment writer's thread.
/// </summary>
internal sealed class DamagedFolder
{
    private readonly IStorageDisk _disk;
    private readonly StorageOptions _options;
    private readonly ILogger _logger;

    public DamagedFolder(IStorageDisk disk, StorageOptions options, ILogger logger)
    {
        (_disk, _options, _logger) = (disk, options, logger);
    }

    /// <summary>Moves files here, durably. The caller has made durable first that they are missed.</summary>
    public void Take(IReadOnlyCollection<string> paths)
    {
        var found = paths.Where(_disk.Exists).ToArray();
        if (found.Length == 0)
        {
            return;
        }

        _disk.CreateDirectory(StorageLayout.DamagedFolder);
        _disk.SyncDirectory("");
        var next = Names().Select(NumberOf).DefaultIfEmpty(0).Max() + 1;
        foreach (var path in found)
        {
            var target = string.Create(
                CultureInfo.InvariantCulture, $"{StorageLayout.DamagedFolder}/{next++:d8}-{path.Replace('/', '-')}");
            _disk.Rename(path, target);
            DamageLog.MovedAside(_logger, path, target);
        }

        _disk.SyncDirectory(StorageLayout.DamagedFolder);
        foreach (var folder in found.Select(FolderOf).Distinct())
        {
            _disk.SyncDirectory(folder);
        }

        Trim();
    }

    /// <summary>Copies small files here, which are about to be written anew in their places.</summary>
    public void Copy(IReadOnlyCollection<string> paths)
    {
        foreach (var path in paths)
        {
            var copy = path + ".damaged";
            using (var from = _disk.Open(path, FileUse.Read))
            using (var to = _disk.Open(copy, FileUse.Create))
            {
                var bytes = new byte[from.Length];
                to.WriteAt(0, bytes.AsSpan(0, from.ReadAt(0, bytes)));
                to.Sync();
            }

            Take([copy]);
        }
    }

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.LastIndexOf('/')] : "";

    private static long NumberOf(string name) =>
        name.IndexOf('-') is > 0 and var end && long.TryParse(name.AsSpan(0, end), CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    private IEnumerable<string> Names() => _disk.ListFiles(StorageLayout.DamagedFolder).OrderBy(NumberOf);

    private void Trim()
    {
        var files = Names().Select(name => $"{StorageLayout.DamagedFolder}/{name}").Select(path => (Path: path, Bytes: LengthOf(path)))
            .ToList();
        var bytes = files.Sum(file => file.Bytes);
        var dropped = 0;
        for (; dropped < files.Count; dropped++)
        {
            if (bytes <= _options.DamagedBytesMax && files.Count - dropped <= _options.DamagedFilesMax)
            {
                break;
            }

            DamageLog.Dropped(_logger, files[dropped].Path, files[dropped].Bytes, _options.DamagedBytesMax, _options.DamagedFilesMax);
            _disk.Delete(files[dropped].Path);
            bytes -= files[dropped].Bytes;
        }

        if (dropped > 0)
        {
            _disk.SyncDirectory(StorageLayout.DamagedFolder);
        }
    }

    private long LengthOf(string path)
    {
        using var file = _disk.Open(path, FileUse.Read);
        return file.Length;
    }
}
