using System.Text;
using ClusterLog.Raft;
using ClusterLog.Storage.Records;
using ClusterLog.Storage.Segments;
using ClusterLog.Storage.Wal;

namespace ClusterLog.Storage.Tests;

/// <summary>Golden bytes: a change here is a change of the format, and needs a new version.</summary>
public sealed class FormatTests
{
    [Fact]
    public void Crc32C_OfTheKnownString_IsTheKnownValue() =>
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void RecordHeader_Golden()
    {
        var entry = new LogEntry(
            new LogIndex(0x11), new Term(0x22), EntryKind.Data, 0x33, 0x44, 0x55, new byte[] { 1, 2, 3 });
        var header = RecordHeader.ForEntry(entry, new GroupId(0x66), 0x77, 0x88);
        var bytes = new byte[RecordHeader.RecordBytes(3)];
        Assert.Equal(80, header.Write(bytes, entry.Payload.Span));
        Assert.Equal(
            "0300000001020000440000007700000000000000880000000000000066000000000000001100000000000000"
            + "22000000000000003300000000000000550000000000000001020300" + "00000000",
            Convert.ToHexStringLower(bytes.AsSpan(4)));
        Assert.Equal(Crc32C.Compute(bytes.AsSpan(4, 71)), BitConverter.ToUInt32(bytes));
        Assert.Equal(RecordReadResult.Ok, RecordHeader.TryRead(bytes, out var read, out var length, out _));
        Assert.Equal((header, 3), (read, length));
    }

    [Fact]
    public void RecordHeader_AnyBitFlipped_IsNotRead()
    {
        var header = new RecordHeader(RecordType.Entry, 1, 2, new GroupId(3));
        var bytes = new byte[RecordHeader.RecordBytes(40)];
        header.Write(bytes, new byte[40]);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(RecordReadResult.Ok, RecordHeader.TryRead(bytes, out _, out _, out _));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void GroupStateRecord_Golden()
    {
        var state = new GroupStateRecord(
            new GroupId(1), new HardState(new Term(2), new ReplicaId(3), 4, new LogIndex(5)), new LogIndex(6));
        var bytes = new byte[GroupStateRecord.RecordBytes];
        state.Write(bytes, 7, 8);
        Assert.Equal("03000000040000000600000000000000", Convert.ToHexStringLower(bytes.AsSpan(72)));
        Assert.Equal(RecordReadResult.Ok, RecordHeader.TryRead(bytes, out var header, out _, out _));
        Assert.Equal(state, GroupStateRecord.Read(header, bytes.AsSpan(72, 16)));
    }

    [Fact]
    public void WalHeaders_Golden()
    {
        var page = new byte[WalFileHeader.PageBytes];
        new WalFileHeader(9, 65536).Write(page);
        Assert.Equal("CLUSTWAL", Encoding.ASCII.GetString(page, 0, 8));
        Assert.Equal("01000000", Convert.ToHexStringLower(page.AsSpan(8, 4)));
        Assert.Equal("09000000000000000000010000000000", Convert.ToHexStringLower(page.AsSpan(16, 16)));
        Assert.Equal(new WalFileHeader(9, 65536), WalFileHeader.TryRead(page));
        var block = new byte[WalBlockHeader.SizeBytes];
        new WalBlockHeader(1, 2, 3, 4).Write(block);
        Assert.Equal("434c574201000000000000000200000000000000" + "0300000004000000", Convert.ToHexStringLower(block.AsSpan(4)));
        Assert.Equal(new WalBlockHeader(1, 2, 3, 4), WalBlockHeader.TryRead(block));
    }

    [Fact]
    public void SegmentHeaders_Golden()
    {
        var bytes = new byte[SegmentHeader.SizeBytes];
        var header = new SegmentHeader(new GroupId(1), new LogIndex(2), 3);
        header.Write(bytes);
        Assert.Equal("CLUSTSEG", Encoding.ASCII.GetString(bytes, 0, 8));
        Assert.Equal("0100000000000000020000000000000003000000000000000000000000000000", Convert.ToHexStringLower(bytes.AsSpan(16)));
        Assert.Equal(header, SegmentHeader.TryRead(bytes));
        var builder = new SegmentBuilder(header);
        builder.Add(new RecordHeader(RecordType.Entry, 2, 0, new GroupId(1), new LogIndex(2), new Term(7), EntryKind.Data, 5, 3, 99), 80);
        var sidecar = SegmentSidecar.Encode(builder.ToSnapshot());
        Assert.Equal(SegmentSidecar.HeaderBytes + SegmentSidecar.PointBytes + SegmentSidecar.TermBytes, sidecar.Length);
        Assert.Equal("CLUSTIDX", Encoding.ASCII.GetString(sidecar, 0, 8));
        var read = SegmentSidecar.TryDecode(sidecar)!;
        Assert.Equal((new LogIndex(2), 8L, 99L, 128L), (read.LastIndex, read.NextOffset, read.MaxTimestamp, read.Length));
        sidecar[20] ^= 1;
        Assert.Null(SegmentSidecar.TryDecode(sidecar));
    }
}
