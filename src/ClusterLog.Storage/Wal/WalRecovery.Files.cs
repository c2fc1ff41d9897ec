using System.Globalization;
using ClusterLog.Storage.Disk;
using ClusterLog.Storage.Records;

namespace ClusterLog.Storage.Wal;

internal sealed partial class WalRecovery
{
    private IStorageFile OpenChecked(ulong epoch)
    {
        var path = WalFile.PathOf(epoch);
        var file = _disk.Open(path, FileUse.Read);
        Span<byte> page = stackalloc byte[WalFileHeader.PageBytes];
        var header = WalFileHeader.TryRead(page[..file.ReadAt(0, page)]);
        if (header is { } found && found.Epoch == epoch && found.FileBytes == file.Length)
        {
            return file;
        }

        if (header is null && WalFileHeader.OtherVersion(page) is { } version)
        {
            file.Dispose();
            FormatVersion.RefuseOther(path, version, WalFileHeader.Version);
        }

        var words = header is { } other ? $"one of epoch {other.Epoch} and {other.FileBytes} bytes" : "a damaged one";
        var length = file.Length;
        file.Dispose();
        throw new CorruptLogException(
            null, path, 0, $"a WAL header of epoch {epoch} and {length} bytes", words);
    }

    /// <summary>The epochs that the names of WAL files say, ascending.</summary>
    public static List<ulong> Epochs(IStorageDisk disk)
    {
        var epochs = new List<ulong>();
        foreach (var name in disk.ListFiles(StorageLayout.WalFolder))
        {
            if (name.EndsWith(".wal", StringComparison.Ordinal)
                && ulong.TryParse(
                    name.AsSpan(0, name.Length - 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var epoch))
            {
                epochs.Add(epoch);
            }
        }

        epochs.Sort();
        return epochs;
    }

    private List<string> Spares() =>
    [
        .. _disk.ListFiles(StorageLayout.WalFolder)
            .Where(name => name.EndsWith(".free", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => $"{StorageLayout.WalFolder}/{name}"),
    ];

    private string TakeAsSpare(ulong epoch)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{StorageLayout.WalFolder}/was-{epoch:x16}.free");
        _disk.Rename(WalFile.PathOf(epoch), path);
        _disk.SyncDirectory(StorageLayout.WalFolder);
        return path;
    }

    // Also returns the highest epoch in their headers, lest an epoch, and with it the remains of a torn block, return.
    private List<string> KeepUsable(List<string> spares, out ulong epochMax)
    {
        epochMax = 0;
        var kept = new List<string>();
        var page = new byte[WalFileHeader.PageBytes];
        foreach (var path in spares)
        {
            long length;
            bool isUsable;
            using (var file = _disk.Open(path, FileUse.Read))
            {
                length = file.Length;
                var found = page.AsSpan(0, file.ReadAt(0, page));
                var header = WalFileHeader.TryRead(found);
                epochMax = Math.Max(epochMax, header?.Epoch ?? 0);

                // With a damaged header nobody knows of which epoch the remains in it are.
                isUsable = header is not null || !found.ContainsAnyExcept((byte)0);
            }

            if (isUsable && length == _options.WalFileBytes && kept.Count <= _options.WalSpareFilesMax)
            {
                kept.Add(path);
            }
            else
            {
                _disk.Delete(path);
            }
        }

        foreach (var name in _disk.ListFiles(StorageLayout.WalFolder))
        {
            if (name.EndsWith(".tmp", StringComparison.Ordinal))
            {
                _disk.Delete($"{StorageLayout.WalFolder}/{name}");
            }
        }

        _disk.SyncDirectory(StorageLayout.WalFolder);
        return kept;
    }
}
