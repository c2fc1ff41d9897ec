namespace ClusterLog.Checking.Linearizability;

/// <summary>
/// The operations taken so far. Those of known outcome are numbered in the order of their invocation, so all but a few
/// about the present are either taken, behind it, or not, before it: a snapshot holds only the words between. Those of
/// unknown outcome may stay out for ever; they are numbered behind, and a snapshot holds all of them.
/// </summary>
internal sealed class OperationSet
{
    private const int WordBits = 64;

    private readonly int _known;
    private readonly ulong[] _knownWords;
    private readonly ulong[] _unknownWords;

    // Invariant: words below _firstNotFull are full, that one is not; words above _lastNotEmpty are empty, that one is
    // not.
    private int _firstNotFull;
    private int _lastNotEmpty = -1;

    public OperationSet(int known, int unknown)
    {
        _known = known;

        // One more than needed, so that a word that is not full always exists.
        _knownWords = new ulong[(known / WordBits) + 1];
        _unknownWords = new ulong[(unknown + WordBits - 1) / WordBits];
    }

    public void Add(int operation)
    {
        if (operation >= _known)
        {
            _unknownWords[(operation - _known) / WordBits] |= Bit(operation - _known);
            return;
        }

        var word = operation / WordBits;
        _knownWords[word] |= Bit(operation);
        _lastNotEmpty = Math.Max(_lastNotEmpty, word);
        while (_knownWords[_firstNotFull] == ulong.MaxValue)
        {
            _firstNotFull++;
        }
    }

    public void Remove(int operation)
    {
        if (operation >= _known)
        {
            _unknownWords[(operation - _known) / WordBits] &= ~Bit(operation - _known);
            return;
        }

        var word = operation / WordBits;
        _knownWords[word] &= ~Bit(operation);
        _firstNotFull = Math.Min(_firstNotFull, word);
        while (_lastNotEmpty >= 0 && _knownWords[_lastNotEmpty] == 0)
        {
            _lastNotEmpty--;
        }
    }

    public bool Contains(int operation) => operation < _known
        ? (_knownWords[operation / WordBits] & Bit(operation)) != 0
        : (_unknownWords[(operation - _known) / WordBits] & Bit(operation - _known)) != 0;

    /// <summary>The same words for the same set, and for no other set of the same two sizes.</summary>
    public ulong[] Snapshot()
    {
        var window = Math.Max(_lastNotEmpty + 1 - _firstNotFull, 0);
        var words = new ulong[1 + window + _unknownWords.Length];
        words[0] = (ulong)_firstNotFull;
        Array.Copy(_knownWords, _firstNotFull, words, 1, window);
        _unknownWords.CopyTo(words, 1 + window);
        return words;
    }

    private static ulong Bit(int operation) => 1UL << (operation % WordBits);
}
