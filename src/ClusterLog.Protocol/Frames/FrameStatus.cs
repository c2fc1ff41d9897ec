namespace ClusterLog.Protocol.Frames;

/// <summary>What <see cref="FrameReader"/> found at the start of a buffer.</summary>
internal enum FrameStatus
{
    /// <summary>A whole frame.</summary>
    Complete,

    /// <summary>The beginning of a frame: read again when more bytes have come.</summary>
    NeedMoreData,

    /// <summary>A frame longer than the limit. What follows cannot be found without reading it all: close.</summary>
    TooLarge,

    /// <summary>A frame of length 0, which no message has: the sender speaks something else. Close.</summary>
    Malformed,
}
