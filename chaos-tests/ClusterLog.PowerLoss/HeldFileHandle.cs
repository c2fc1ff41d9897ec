using ClusterLog.Storage.Disk;

namespace ClusterLog.PowerLoss;

/// <summary>An open file: a handle of the disk below, under what the file holds in memory.</summary>
internal sealed class HeldFileHandle : IStorageFile
{
    private readonly PowerLossDisk _disk;
    private readonly HeldFile _file;
    private readonly IStorageFile _store;
    private readonly bool _passesOn;

    /// <param name="passesOn">Each write lasts on return.</param>
    public HeldFileHandle(PowerLossDisk disk, HeldFile file, IStorageFile store, bool passesOn) =>
        (_disk, _file, _store, _passesOn) = (disk, file, store, passesOn);

    public long Length => _file.Length;

    public int ReadAt(long position, Span<byte> buffer) => _file.Read(_store, position, buffer);

    public void WriteAt(long position, ReadOnlySpan<byte> bytes)
    {
        _file.Write(_store, position, bytes, _disk.DrawReaching, _disk.Draw);
        if (_passesOn)
        {
            _file.Sync(_store);
        }
    }

    public void Sync() => _file.Sync(_store);

    public void SetLength(long length) => _file.SetLength(_store, length);

    public void Dispose() => _store.Dispose();
}
