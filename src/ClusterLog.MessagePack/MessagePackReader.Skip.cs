namespace ClusterLog.MessagePack;

/// <content>Headers of collections, and passing over a value that nobody wants.</content>
internal ref partial struct MessagePackReader
{
    /// <summary>
    /// Reads how many elements follow; 0 in a failed reader, so that loops end. Each element is a byte or more: a count
    /// above the bytes that remain needs more data, so a caller may allocate for as many as this returns.
    /// </summary>
    public int ReadArrayHeader() => ReadCollectionHeader(MessagePackType.Array);

    /// <summary>Reads how many pairs of key and value follow, two bytes or more each; 0 in a failed reader.</summary>
    public int ReadMapHeader() => ReadCollectionHeader(MessagePackType.Map);

    /// <summary>
    /// Passes over one whole value, also of a kind that this reader's user does not know. Nothing is consumed unless
    /// all of it is there. Collections deeper than <see cref="MessagePackLimits.DepthMax"/> are malformed.
    /// Texts are not checked to be UTF-8, since nobody sees them.
    /// </summary>
    public void Skip()
    {
        // The stack of open collections is this span, not the thread's: a peer decides on how deep it nests.
        // Invariant: left[i] values are still to be skipped in the collection at depth i + 1, for i < depth.
        Span<long> left = stackalloc long[_limits.DepthMax];
        var depth = 0;
        var start = _reader;
        do
        {
            if (!TrySkipHeader(out var elements) || (elements > 0 && !HasRoom(depth)))
            {
                _reader = start;
                return;
            }

            if (elements > 0)
            {
                left[depth++] = elements;
                continue;
            }

            while (depth > 0 && --left[depth - 1] == 0)
            {
                depth--;
            }
        }
        while (depth > 0);
    }

    private bool HasRoom(int depth)
    {
        if (depth < _limits.DepthMax)
        {
            return true;
        }

        Fail($"collections at most {_limits.DepthMax} deep", "a deeper one");
        return false;
    }

    /// <summary>Consumes a value without elements, or the header of one with elements.</summary>
    private bool TrySkipHeader(out long elements)
    {
        elements = 0;
        if (!TryPeekHeader(out var header))
        {
            return false;
        }

        if (header.Type is MessagePackType.Array or MessagePackType.Map)
        {
            if (!HasElements(header))
            {
                return false;
            }

            elements = header.ElementCount;
            _reader.Advance(header.Size);
            return true;
        }

        if (!HasPayload(header))
        {
            return false;
        }

        _reader.Advance(header.ValueSize);
        return true;
    }

    private int ReadCollectionHeader(MessagePackType type)
    {
        if (!TryPeekHeader(type, out var header) || !HasElements(header))
        {
            return 0;
        }

        _reader.Advance(header.Size);
        return (int)header.Length;
    }

    private bool HasElements(in MessagePackHeader header)
    {
        if (_reader.Remaining - header.Size >= header.ElementCount)
        {
            return true;
        }

        NeedMoreData($"{MessagePackCode.NameOf(header.Type)} of {header.Length}");
        return false;
    }
}
