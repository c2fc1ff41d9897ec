namespace ClusterLog.Storage.Disk;

/// <summary>
/// Files kept open for reading, the least recently used closed first, so that reads of many segments neither open a file
/// each time nor keep one open each. Any thread. A file that is renamed, replaced or deleted is forgotten at once; who
/// reads it still reads what it was.
/// </summary>
internal sealed class OpenFiles
{
    private readonly int _filesMax;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Shared>> _byPath = [];
    private readonly LinkedList<Shared> _byUse = [];

    /// <param name="filesMax">How many stay open that nobody reads at the moment; 0 for none.</param>
    public OpenFiles(int filesMax)
    {
        _filesMax = filesMax;
    }

    /// <summary>How many are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byPath.Count;
            }
        }
    }

    /// <summary>Opens a file, or shares one that is open. The caller disposes what it gets, as if it were its own.</summary>
    public IStorageFile Open(string path, Func<string, LinuxFile> open)
    {
        lock (_gate)
        {
            if (!_byPath.TryGetValue(path, out var node))
            {
                // Under the lock: a file that is renamed or deleted meanwhile must not be kept.
                node = _byUse.AddFirst(new Shared(path, open(path)));
                _byPath.Add(path, node);
            }
            else
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }

            node.Value.Readers++;
            CloseUnused();
            return new Reader(this, node.Value);
        }
    }

    /// <summary>The path means another file from now on, or none.</summary>
    public void Forget(string path)
    {
        lock (_gate)
        {
            if (_byPath.Remove(path, out var node))
            {
                _byUse.Remove(node);
                Close(node.Value);
            }
        }
    }

    private void Leave(Shared shared)
    {
        lock (_gate)
        {
            shared.Readers--;
            if (shared.IsForgotten)
            {
                Close(shared);
            }
            else
            {
                CloseUnused();
            }
        }
    }

    private void CloseUnused()
    {
        for (var node = _byUse.Last; node is not null && _byPath.Count > _filesMax;)
        {
            var previous = node.Previous;
            if (node.Value.Readers == 0)
            {
                _byUse.Remove(node);
                _byPath.Remove(node.Value.Path);
                Close(node.Value);
            }

            node = previous;
        }
    }

    private static void Close(Shared shared)
    {
        shared.IsForgotten = true;
        if (shared.Readers == 0)
        {
            shared.File.Dispose();
        }
    }

    private sealed class Shared(string path, LinuxFile file)
    {
        public string Path => path;

        public LinuxFile File => file;

        public int Readers { get; set; }

        public bool IsForgotten { get; set; }
    }

    private sealed class Reader(OpenFiles owner, Shared shared) : IStorageFile
    {
        private bool _isLeft;

        public long Length => shared.File.Length;

        public int ReadAt(long position, Span<byte> buffer) => shared.File.ReadAt(position, buffer);

        public void ReadSoon(long position, long count) => shared.File.ReadSoon(position, count);

        public void WriteAt(long position, ReadOnlySpan<byte> bytes) => throw Refused();

        public void Sync() => throw Refused();

        public void SetLength(long length) => throw Refused();

        public void Dispose()
        {
            if (!_isLeft)
            {
                _isLeft = true;
                owner.Leave(shared);
            }
        }

        private InvalidOperationException Refused() => new($"{shared.Path} was opened for reading only.");
    }
}
