using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Disk;

/// <content>Damage to what is at rest, and writes that go elsewhere.</content>
internal sealed partial class SimulatedDisk
{
    private bool _misdirectsNextWrite;

    /// <summary>The next write that overwrites nothing new lands in another place of its file.</summary>
    public void MisdirectNextWrite() => _misdirectsNextWrite = true;

    /// <summary>Flips bits of a file at rest, drawn by the caller's source; tells where, or null where there is no file.</summary>
    public string? FlipBits(SimulatedRandom random)
    {
        string[] paths = [.. _names.Keys.Where(path => _names[path].Length > 0).Order(StringComparer.Ordinal)];
        if (paths.Length == 0)
        {
            return null;
        }

        var path = paths[random.Next(paths.Length)];
        var inode = _names[path];
        var bits = random.Next(1, 4);
        var position = DrawWritten(inode, random);
        for (var bit = 0; bit < bits; bit++)
        {
            inode.Flip(Math.Min(inode.Length - 1, position + bit), (byte)(1 << random.Next(8)));
        }

        return $"{path} at {position} of {inode.Length}";
    }

    // Most of a WAL file is zeros behind its end, where damage is met by nobody: prefer places that hold something.
    private static int DrawWritten(SimulatedInode inode, SimulatedRandom random)
    {
        Span<byte> found = stackalloc byte[1];
        var position = 0;
        for (var attempt = 0; attempt < 16; attempt++)
        {
            position = random.Next(inode.Length);
            inode.Read(position, found);
            if (found[0] != 0)
            {
                break;
            }
        }

        return position;
    }

    private long DrawPlace(SimulatedInode inode, long position, int length)
    {
        const int Unit = SimulatedInode.PageBytes;
        if (!_misdirectsNextWrite || inode.Length < Unit + position + length)
        {
            return position;
        }

        _misdirectsNextWrite = false;
        return position >= 2 * Unit ? position - Unit : position + Unit;
    }
}
