namespace ClusterLog.MessagePack;

/// <summary>
/// What a reader accepts from a peer that it does not trust. A value over a limit is malformed, and is found to be so
/// from its header alone, before anything is allocated or awaited for it.
/// </summary>
internal sealed record MessagePackLimits
{
    /// <summary>The highest value of <see cref="DepthMax"/>: the stack of a skip is on the thread's stack.</summary>
    public const int DepthCeiling = 256;

    private readonly int _depthMax = 32;
    private readonly int _stringBytesMax = 1024 * 1024;
    private readonly int _binaryBytesMax = 64 * 1024 * 1024;
    private readonly int _collectionCountMax = 1024 * 1024;

    /// <summary>Limits that fit a frame of the protocol; a decoder that knows its messages may set tighter ones.</summary>
    public static MessagePackLimits Default { get; } = new();

    /// <summary>
    /// How deep arrays and maps may nest in a value that is skipped; 1 to 256, by default 32. A value that is read
    /// member by member nests only as deep as the code that reads it.
    /// </summary>
    public int DepthMax
    {
        get => _depthMax;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, DepthCeiling);
            _depthMax = value;
        }
    }

    /// <summary>The most bytes (not characters) of a string; by default 1 MiB.</summary>
    public int StringBytesMax
    {
        get => _stringBytesMax;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _stringBytesMax = value;
        }
    }

    /// <summary>The most bytes of a binary or of the data of an extension; by default 64 MiB.</summary>
    public int BinaryBytesMax
    {
        get => _binaryBytesMax;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _binaryBytesMax = value;
        }
    }

    /// <summary>The most elements of an array or pairs of a map; by default 1,048,576.</summary>
    public int CollectionCountMax
    {
        get => _collectionCountMax;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _collectionCountMax = value;
        }
    }
}
