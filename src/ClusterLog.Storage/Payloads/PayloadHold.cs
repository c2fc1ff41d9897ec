using ClusterLog.Raft;

namespace ClusterLog.Storage.Payloads;

/// <summary>
/// Keeps the payloads of entries that are taken off their shard, until whoever took them is done: a write, a message, a
/// reply. Filled on the shard's thread, while the log's tail still has the entries, or while they are new. Never to dispose
/// of it costs only that their memory is not used again. One thread at a time; to dispose of it again does nothing.
/// </summary>
internal sealed class PayloadHold : IDisposable
{
    // Most hold one batch, or one frame of batches.
    private PayloadSlice? _first;
    private List<PayloadSlice>? _more;
    private PayloadSlice? _last;
    private int _isDisposed;

    /// <summary>Keeps the payload of an entry.</summary>
    /// <exception cref="InvalidOperationException">The payload is gone, or this has been disposed of.</exception>
    public void Add(LogEntry entry)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);

        // The entries of one frame follow each other and share its slice.
        if (PayloadSlice.Of(entry.Payload) is { } slice && slice != _last)
        {
            PayloadSlice.Share(entry);
            if (_first is null)
            {
                _first = slice;
            }
            else
            {
                (_more ??= []).Add(slice);
            }

            _last = slice;
        }
    }

    /// <summary>
    /// Keeps the payloads of entries for somebody who may take long. Where memory is crowded they are copied instead: a few
    /// payloads that stay would keep whole blocks.
    /// </summary>
    /// <returns>The entries to use: those given, or copies of them.</returns>
    public IReadOnlyList<LogEntry> AddForLong(IReadOnlyList<LogEntry> entries)
    {
        LogEntry[]? copies = null;
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (PayloadSlice.Of(entry.Payload) is { IsCrowded: true })
            {
                copies ??= [.. entries];
                copies[i] = entry.WithOwnPayload();
            }
            else
            {
                Add(entry);
            }
        }

        return copies ?? entries;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _first?.GiveBack();
        foreach (var slice in _more ?? [])
        {
            slice.GiveBack();
        }

        (_first, _last, _more) = (null, null, null);
    }
}
