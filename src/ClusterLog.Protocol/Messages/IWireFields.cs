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
    /// <summary>
    /// How many values <see cref="Read"/> reads, and <see cref="Write"/> writes before those of
    /// <see cref="AppendedFieldCount"/>: an array with fewer is malformed.
    /// </summary>
    static abstract int FieldCount { get; }

    /// <summary>
    /// How many values <see cref="Write"/> writes beyond <see cref="FieldCount"/>: fields that were appended later, and
    /// are left out where they would say nothing, as peers that do not know them do.
    /// </summary>
    int AppendedFieldCount => 0;

    /// <summary>Reads the fields. Does not throw for any input: the reader keeps the first failure.</summary>
    static abstract TSelf Read(ref MessagePackReader reader);

    /// <summary>Reads fields that were appended later, as far as there are any.</summary>
    /// <param name="fields">What <see cref="Read"/> gave.</param>
    /// <param name="reader">Stands behind that.</param>
    /// <param name="left">How many values the array still has; taken down by those that are read.</param>
    static virtual TSelf ReadAppended(TSelf fields, ref MessagePackReader reader, ref int left) => fields;

    /// <summary>Writes the fields. The writer writes to the frame, which also takes the batches uncopied.</summary>
    void Write(ref MessagePackWriter writer, FrameBuffer frame);
}
