using System.Buffers;

namespace ClusterLog.Protocol.Tests;

/// <summary>Bytes as they come from a network: in several pieces.</summary>
internal static class Sequences
{
    public static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, int pieceBytes)
    {
        var first = new Segment(bytes[..Math.Min(pieceBytes, bytes.Length)], 0);
        var last = first;
        for (var at = pieceBytes; at < bytes.Length; at += pieceBytes)
        {
            last = last.Append(bytes.Slice(at, Math.Min(pieceBytes, bytes.Length - at)));
        }

        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
