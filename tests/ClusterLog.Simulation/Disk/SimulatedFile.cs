using ClusterLog.Storage.Disk;

namespace ClusterLog.Simulation.Disk;

internal sealed partial class SimulatedDisk
{
    private sealed class SimulatedFile : IStorageFile
    {
        private readonly SimulatedDisk _disk;
        private readonly string _path;
        private readonly SimulatedInode _inode;
        private readonly bool _isDirect;

        public SimulatedFile(SimulatedDisk disk, string path, SimulatedInode inode, bool isDirect)
        {
            (_disk, _path, _inode, _isDirect) = (disk, path, inode, isDirect);
        }

        public long Length => _inode.Length;

        public int ReadAt(long position, Span<byte> buffer)
        {
            _disk.CheckPower();
            return _inode.Read(position, buffer);
        }

        public void WriteAt(long position, ReadOnlySpan<byte> bytes)
        {
            if (_isDirect && (position % 4096 != 0 || bytes.Length % 4096 != 0))
            {
                throw new IOException($"Unaligned write of {bytes.Length} bytes at {position} to {_path}.");
            }

            var room = _disk.FreeBytes + Math.Max(0, _inode.Length - position);
            if (room < bytes.Length)
            {
                _disk.Call();
                _inode.Write(position, bytes[..(int)Math.Max(0, room)]);
                throw new DiskFullException($"No room for {bytes.Length} bytes in {_path}.");
            }

            var isLast = _disk.IsLast();
            _disk.LastWritten = _inode;
            _disk.Remember(_path, _inode, position, bytes.Length);
            _inode.Write(_disk.DrawPlace(_inode, position, bytes.Length), bytes);
            if (isLast)
            {
                throw new SimulatedCrashException();
            }

            if (_isDirect)
            {
                _disk.Sync(_inode, _path, _isDirect);
            }
        }

        public void Sync()
        {
            if (!_isDirect)
            {
                _disk.Sync(_inode, _path, _isDirect);
            }
        }

        public void SetLength(long length)
        {
            _disk.Call();
            _inode.SetLength((int)length);
        }

        public void Dispose()
        {
        }
    }
}
