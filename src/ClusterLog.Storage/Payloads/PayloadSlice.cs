using System.Buffers;
using System.Runtime.InteropServices;
using ClusterLog.Raft;

namespace ClusterLog.Storage.Payloads;

/// <summary>
/// A piece of a <see cref="PayloadBlock"/>: the memory of one batch, or of one frame of batches. The payload of an entry
/// leads here (<see cref="Of"/>). Whoever keeps an entry beyond the moment takes a share: the tail of its log, and everyone
/// off the shard (<see cref="PayloadHold"/>). The last share that is given back ends the slice: its memory may be used
/// again, and to touch it through the slice throws from then on. Any thread.
/// <para>
/// What nobody ever took a share of, or what somebody forgets to give back, is never used again and left to the collector.
/// </para>
/// </summary>
internal sealed class PayloadSlice : MemoryManager<byte>
{
    private const int Gone = -1;

    private readonly PayloadBlock _block;
    private readonly int _start;
    private readonly int _length;

    // How many shares are out. 0: new, nobody has taken one. Never leaves Gone.
    private int _shares;

    public PayloadSlice(PayloadBlock block, int start, int length)
    {
        (_block, _start, _length) = (block, start, length);
    }

    /// <summary>Whether its memory may be used for something else by now.</summary>
    public bool IsGone => Volatile.Read(ref _shares) == Gone;

    /// <summary>Its memory is dear: whoever wants to keep it for long should copy it.</summary>
    public bool IsCrowded => _block.Memory.IsCrowded;

    /// <summary>The slice that these bytes lie in; null where they are memory of their own.</summary>
    public static PayloadSlice? Of(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetMemoryManager<byte, PayloadSlice>(bytes, out var slice) ? slice : null;

    /// <summary>Ends the slice of these bytes, if they are in one and nobody has ever taken a share of it.</summary>
    public static void Discard(ReadOnlyMemory<byte> bytes)
    {
        if (Of(bytes) is { } slice && Interlocked.CompareExchange(ref slice._shares, Gone, 0) == 0)
        {
            slice._block.Leave();
        }
    }

    /// <summary>
    /// Takes a share of the slice of an entry, if it is in one. The caller knows that somebody has a share, or that nobody
    /// had one yet.
    /// </summary>
    /// <returns>The slice, to be given back to; null where the entry's payload is memory of its own.</returns>
    /// <exception cref="InvalidOperationException">It has ended: whoever gave the entry had no share of it.</exception>
    public static PayloadSlice? Share(LogEntry entry)
    {
        var slice = Of(entry.Payload);
        return slice is null || slice.TryShare()
            ? slice
            : throw new InvalidOperationException(
                $"The payload of entry {entry.Index} of term {entry.Term} is gone: its memory may be another's.");
    }

    /// <summary>Gives one share back; once for each that was taken.</summary>
    public void GiveBack()
    {
        while (true)
        {
            var shares = Volatile.Read(ref _shares);
            if (shares <= 0)
            {
                throw new InvalidOperationException("A share of a payload was given back that nobody had taken.");
            }

            var left = shares == 1 ? Gone : shares - 1;
            if (Interlocked.CompareExchange(ref _shares, left, shares) == shares)
            {
                if (left == Gone)
                {
                    _block.Leave();
                }

                return;
            }
        }
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        ThrowIfGone();
        return _block.Bytes.AsSpan(_start, _length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, _length);
        ThrowIfGone();
        unsafe
        {
            return new MemoryHandle(_block.AddressOf(_start + elementIndex));
        }
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
        // Blocks never move; that the memory stays is for the share of whoever pins it.
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Its end is that of its shares.
    }

    private bool TryShare()
    {
        var shares = Volatile.Read(ref _shares);
        while (shares != Gone)
        {
            var found = Interlocked.CompareExchange(ref _shares, shares + 1, shares);
            if (found == shares)
            {
                return true;
            }

            shares = found;
        }

        return false;
    }

    private void ThrowIfGone()
    {
        if (IsGone)
        {
            throw new InvalidOperationException("A payload was touched that is gone: its memory may be another's.");
        }
    }
}
