namespace ClusterLog.Broker.Compaction;

/// <summary>
/// The latest offset of each key that was added, in a fixed amount of memory: open addressing, 24 bytes a place, at most
/// four in five of them taken. One thread at a time.
/// </summary>
internal sealed class OffsetMap
{
    /// <summary>Bytes of a key's place.</summary>
    public const int PlaceBytes = 24;

    private readonly Place[] _places;
    private readonly int _countMax;

    /// <param name="bytes">Memory to take; rounded down to whole places, of which there are at least 16.</param>
    public OffsetMap(long bytes)
    {
        _places = new Place[(int)Math.Clamp(bytes / PlaceBytes, 16, Array.MaxLength / 2)];
        _countMax = _places.Length / 5 * 4;
    }

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_places);
        Count = 0;
    }

    /// <summary>Notes an offset of a key, later than all before. False when the key is new and there is no room.</summary>
    public bool TryAdd(KeyDigest key, long offset)
    {
        ref var place = ref Find(key);
        if (place.OffsetAndOne == 0)
        {
            if (Count == _countMax)
            {
                return false;
            }

            Count++;
            place.Key = key;
        }

        place.OffsetAndOne = offset + 1;
        return true;
    }

    /// <summary>The latest offset of a key; -1 when it was not added.</summary>
    public long Latest(KeyDigest key) => Find(key).OffsetAndOne - 1;

    // The place of a key, or the free one where it belongs. There always is a free one.
    private ref Place Find(KeyDigest key)
    {
        var at = (int)(key.High % (ulong)_places.Length);
        while (_places[at].OffsetAndOne != 0 && _places[at].Key != key)
        {
            at = at + 1 == _places.Length ? 0 : at + 1;
        }

        return ref _places[at];
    }

    private struct Place
    {
        public KeyDigest Key;
        public long OffsetAndOne;
    }
}
