using System.Runtime.InteropServices;

namespace ClusterLog.Storage.Disk;

/// <summary>
/// Memory outside the heap whose address is a multiple of 4,096, as O_DIRECT demands. One owner; grows, never shrinks.
/// </summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    /// <summary>The unit of positions, lengths and addresses under O_DIRECT, in bytes.</summary>
    public const int Alignment = 4096;

    private byte* _start;
    private int _length;

    public AlignedBuffer(int length)
    {
        _length = (int)RoundUp(length);
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)_length, Alignment);
    }

    ~AlignedBuffer() => Free();

    public int Length => _length;

    public Span<byte> Span => new(_start, _length);

    public static long RoundUp(long bytes) => (bytes + Alignment - 1) & ~(long)(Alignment - 1);

    /// <summary>Grows to at least <paramref name="length"/> bytes and keeps the first <paramref name="kept"/>.</summary>
    public void Grow(int length, int kept)
    {
        if (length <= _length)
        {
            return;
        }

        var grown = (int)RoundUp(Math.Max(length, Math.Min((long)_length * 2, 1 << 30)));
        var start = (byte*)NativeMemory.AlignedAlloc((nuint)grown, Alignment);
        Span[..kept].CopyTo(new Span<byte>(start, grown));
        NativeMemory.AlignedFree(_start);
        _start = start;
        _length = grown;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        _length = 0;
    }
}
