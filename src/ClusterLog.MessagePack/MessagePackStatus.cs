namespace ClusterLog.MessagePack;

/// <summary>What became of a <see cref="MessagePackReader"/>.</summary>
internal enum MessagePackStatus
{
    /// <summary>Every read so far has succeeded.</summary>
    Ok,

    /// <summary>The input is a prefix of something that may be valid: read again when more bytes have come.</summary>
    NeedMoreData,

    /// <summary>No further bytes can make the input valid, or it is over a limit.</summary>
    Malformed,
}
