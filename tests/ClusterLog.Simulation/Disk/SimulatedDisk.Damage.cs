using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Disk;

/// <content>Damage to what is at rest, and writes that go elsewhere.</content>
internal sealed partial class SimulatedDisk
{
    /// <summary>
    /// The newest writes to the WAL are spared: damage in the last of them cannot be told from a write that was torn,
    /// by anybody (raft-notes rule 17), and a loss of power may tear another one.
    /// </summary>
    private const int WalWritesSpared = 3;

    private readonly Queue<(SimulatedInode Inode, long Position, int Length)> _newestWalWrites = new();
    private bool _misdirectsNextWrite;

    /// <summary>The next write that stays inside its file lands in another place of it.</summary>
    public void MisdirectNextWrite() => _misdirectsNextWrite = true;

    /// <summary>No write goes elsewhere any more.</summary>
    public void CancelMisdirection() => _misdirectsNextWrite = false;

    /// <summary>A misdirected write has happened.</summary>
    public bool HasMisdirected { get; private set; }

    /// <summary>Flips bits of a file at rest, drawn by the caller's source; tells where, or null where there is none.</summary>
    public string? FlipBits(SimulatedRandom random)
    {
        string[] paths = [.. _names.Keys.Where(path => _names[path].Length > 0).Order(StringComparer.Ordinal)];
        if (paths.Length == 0)
        {
            return null;
        }

        var path = paths[random.Next(paths.Length)];
        var inode = _names[path];
        var position = DrawWritten(inode, random);
        if (position < 0)
        {
            return null;
        }

        var bits = random.Next(1, 4);
        for (var bit = 0; bit < bits; bit++)
        {
            inode.Flip(Math.Min(inode.Length - 1, position + bit), (byte)(1 << random.Next(8)));
        }

        return $"{path} at {position} of {inode.Length}";
    }

    // Most of a WAL file is zeros, where damage is met by nobody: prefer places that hold something.
    private int DrawWritten(SimulatedInode inode, SimulatedRandom random)
    {
        Span<byte> found = stackalloc byte[1];
        for (var attempt = 0; attempt < 32; attempt++)
        {
            var position = random.Next(inode.Length);
            inode.Read(position, found);
            if (found[0] != 0 && !IsSpared(inode, position))
            {
                return position;
            }
        }

        return -1;
    }

    private bool IsSpared(SimulatedInode inode, int position)
    {
        foreach (var write in _newestWalWrites)
        {
            if (write.Inode == inode && position >= write.Position - 4 && position < write.Position + write.Length)
            {
                return true;
            }
        }

        return false;
    }

    private void Remember(string path, SimulatedInode inode, long position, int length)
    {
        if (!path.EndsWith(".wal", StringComparison.Ordinal))
        {
            return;
        }

        _newestWalWrites.Enqueue((inode, position, length));
        if (_newestWalWrites.Count > WalWritesSpared)
        {
            _newestWalWrites.Dequeue();
        }
    }

    private long DrawPlace(SimulatedInode inode, long position, int length)
    {
        const int Unit = SimulatedInode.PageBytes;
        if (!_misdirectsNextWrite || inode.Length < Unit + position + length)
        {
            return position;
        }

        (_misdirectsNextWrite, HasMisdirected) = (false, true);
        return position >= 2 * Unit ? position - Unit : position + Unit;
    }
}
