using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;

namespace ClusterLog.Protocol.Messages;

/// <summary>
/// A fixed run of fields in a MessagePack array: the body of a message, or one entry of a list in it. Later versions
/// of a peer may append fields; <see cref="WireArray"/> skips what <see cref="Read"/> does not know.
/// </summary>
internal interface IWireFields<TSelf>
    where TSelf : IWireFields<TSelf>
{
    /// <summary>How many values <see cref="Write"/> writes and <see cref="Read"/> reads.</summary>
    static abstract int FieldCount { get; }

    /// <summary>Reads the fields. Does not throw for any input: the reader keeps the first failure.</summary>
    static abstract TSelf Read(ref MessagePackReader reader);

    /// <summary>Writes the fields. The writer writes to the frame, which also takes the batches uncopied.</summary>
    void Write(ref MessagePackWriter writer, FrameBuffer frame);
}
