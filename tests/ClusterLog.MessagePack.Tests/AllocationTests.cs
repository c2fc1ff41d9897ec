using System.Buffers;

namespace ClusterLog.MessagePack.Tests;

/// <summary>The codec runs for every record of every request: what it allocated would be collected as often.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 200;

    private static readonly byte[] Payload = Codec.Pattern(300);
    private static readonly ReadOnlySequence<byte> PayloadInPieces = Codec.Split(Payload, 100, 200);

    [Fact]
    public void WriteReadAndSkip_EverythingButStrings_AllocatesNothing()
    {
        var output = new FixedBufferWriter(8192);
        Write(output);
        var bytes = output.Written.ToArray();
        var whole = new ReadOnlySequence<byte>(bytes);
        var pieces = Codec.Split(bytes, 1, 10, 11, 50, 200, 400);

        // Once before, so that what the runtime allocates for code that runs the first time is not counted.
        Run(output, whole, pieces, 2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = Run(output, whole, pieces, Rounds);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.NotEqual(0, sum);
        Assert.Equal(0, allocated);
    }

    private static long Run(
        FixedBufferWriter output, in ReadOnlySequence<byte> whole, in ReadOnlySequence<byte> pieces, int rounds)
    {
        long sum = 0;
        for (var round = 0; round < rounds; round++)
        {
            output.Clear();
            Write(output);
            sum += Read(whole) + Read(pieces) + Skip(whole) + Skip(pieces);
        }

        return sum;
    }

    private static void Write(FixedBufferWriter output)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(12);
        writer.Write(ulong.MaxValue);
        writer.Write(long.MinValue);
        writer.Write(-40_000);
        writer.Write((byte)200);
        writer.Write(1.5f);
        writer.Write(0.1);
        writer.Write(true);
        writer.WriteBinary(Payload);
        writer.WriteBinary(PayloadInPieces);
        writer.WriteTimestamp(new(1, 2));
        writer.WriteMapHeader(1);
        writer.Write("a name");
        writer.WriteNil();
        writer.WriteExtension(1, Payload);
        writer.Flush();
    }

    private static long Read(in ReadOnlySequence<byte> input)
    {
        var reader = new MessagePackReader(input);
        long sum = reader.ReadArrayHeader();
        sum += (long)reader.ReadUInt64() ^ reader.ReadInt64();
        sum += reader.ReadInt32() + reader.ReadByte();
        sum += (long)(reader.ReadSingle() + reader.ReadDouble());
        sum += reader.ReadBoolean() ? 1 : 0;
        sum += reader.ReadBinary().Length + reader.ReadBinary().Length;
        sum += reader.ReadTimestamp().Seconds;
        sum += reader.ReadMapHeader() + reader.ReadStringBytes().Length;
        sum += reader.TryReadNil() ? 1 : 0;
        sum += reader.ReadExtension().Data.Length;
        return reader.Ok && reader.End ? sum : throw new InvalidOperationException(reader.Error);
    }

    private static long Skip(in ReadOnlySequence<byte> input)
    {
        var reader = new MessagePackReader(input);
        reader.Skip();
        return reader.Ok && reader.End ? reader.Consumed : throw new InvalidOperationException(reader.Error);
    }
}
