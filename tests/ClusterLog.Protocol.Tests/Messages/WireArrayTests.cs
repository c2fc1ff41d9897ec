using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;
using ClusterLog.Protocol.Tests.Golden;

namespace ClusterLog.Protocol.Tests.Messages;

/// <summary>Entries of lists accept fields of later versions too, and none is accepted with fewer.</summary>
public class WireArrayTests
{
    [Fact]
    public void Read_OfEntriesWithMoreOrFewerFields_SkipsMoreAndRefusesFewer()
    {
        Hold(new ApiVersionRange(ApiKey.Fetch, 1, 2));
        Hold(new MetadataBroker(1, "h", 2));
        Hold(new MetadataTopic("t", ErrorCode.None, 3, [new(0, 1, 2, [3])]));
        Hold(new MetadataPartition(0, 1, 2, [3, 4]));
        Hold(new DescribedPartition(0, 1, 2, [3, 4], 5, 6));
        Hold(new FetchPartition("t", 1, 2, 3));
        Hold(new FetchedPartition("t", 1, ErrorCode.None, 2, 3, [new(new byte[] { 1 })]));
        Hold(new ListOffsetsPartition("t", 1, 2));
        Hold(new ListedOffset("t", 1, ErrorCode.None, 2, 3));
        Hold(new StatusBroker(1, "h", 2, "p", "q", true));
        Hold(new StatusReplica(1, "t", 2, ReplicaRole.Leader, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    }

    [Fact]
    public void Read_OfAListThatClaimsMoreThanIsThere_AllocatesForWhatIsThere()
    {
        // A count of a million, with as many bytes that are no entries after it.
        byte[] bytes = [0xDD, 0x00, 0x0F, 0x42, 0x40, .. new byte[1_000_000]];
        Read(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(Read(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    private static bool Read(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        WireList.Read<MetadataPartition>(ref reader);
        return reader.Ok;
    }

    private static void Hold<T>(T entry)
        where T : IWireFields<T>
    {
        var same = Encode(entry, 0);
        Assert.Equal(MessageJson.Of(entry), Decode<T>(same));
        Assert.Equal(MessageJson.Of(entry), Decode<T>(Encode(entry, 3)));
        Assert.Null(Decode<T>(Encode(entry, -1)));
    }

    private static byte[] Encode<T>(T entry, int more)
        where T : IWireFields<T>
    {
        using var frame = new FrameBuffer();
        var writer = new MessagePackWriter(frame);
        writer.WriteArrayHeader(T.FieldCount + more);
        entry.Write(ref writer, frame);
        for (var i = 0; i < more; i++)
        {
            writer.WriteMapHeader(1);
            writer.Write("later");
            writer.Write(1.5);
        }

        writer.Flush();
        var output = new ArrayBufferWriter<byte>();
        frame.CopyTo(output);
        return output.WrittenSpan.ToArray();
    }

    private static string? Decode<T>(byte[] bytes)
        where T : IWireFields<T>
    {
        var reader = new MessagePackReader(bytes);
        var entry = WireArray.Read<T>(ref reader);
        Assert.True(!reader.Ok || reader.End);
        return reader.Ok ? MessageJson.Of(entry) : null;
    }
}
