using System.Text;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Storage.Checkpoints;
using ClusterLog.Storage.Damage;
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
            new GroupId(1), new HardState(new Term(2), new ReplicaId(3, 9), 4, new LogIndex(5), new LogIndex(7)), new LogIndex(6),
            SyncsLater: true);
        var bytes = new byte[GroupStateRecord.RecordBytes];
        state.Write(bytes, 7, 8);
        Assert.Equal(
            "0300000009000000040000000100000006000000000000000700000000000000", Convert.ToHexStringLower(bytes.AsSpan(72)));
        Assert.Equal(RecordReadResult.Ok, RecordHeader.TryRead(bytes, out var header, out _, out _));
        Assert.Equal(state, GroupStateRecord.Read(header, bytes.AsSpan(72, 32)));
    }

    [Fact]
    public void GroupStartRecord_Golden()
    {
        var start = new LogStart(new LogIndex(2), new Term(3), 4, 5);
        var bytes = new byte[GroupStartRecord.RecordBytes];
        Assert.Equal(80, GroupStartRecord.Write(bytes, new GroupId(1), start, 7, 8));
        Assert.Equal(
            "08000000050000000000000007000000000000000800000000000000"
            + "01000000000000000200000000000000030000000000000004000000000000000000000000000000" + "0500000000000000",
            Convert.ToHexStringLower(bytes.AsSpan(4)));
        Assert.Equal(RecordReadResult.Ok, RecordHeader.TryRead(bytes, out var header, out _, out _));
        Assert.Equal(new GroupId(1), header.Group);
        Assert.Equal(start, GroupStartRecord.Read(header, bytes.AsSpan(72, 8)));
    }

    [Fact]
    public void WalHeaders_Golden()
    {
        var page = new byte[WalFileHeader.PageBytes];
        new WalFileHeader(9, 65536).Write(page);
        Assert.Equal("CLUSTWAL", Encoding.ASCII.GetString(page, 0, 8));
        Assert.Equal("03000000", Convert.ToHexStringLower(page.AsSpan(8, 4)));
        Assert.Equal("09000000000000000000010000000000", Convert.ToHexStringLower(page.AsSpan(16, 16)));
        Assert.Equal(new WalFileHeader(9, 65536), WalFileHeader.TryRead(page));
        var block = new byte[WalBlockHeader.SizeBytes];
        new WalBlockHeader(1, 2, 3, 4, 5).Write(block);
        Assert.Equal("434c574201000000000000000200000000000000" + "0300000004000000" + "0500000000000000",
            Convert.ToHexStringLower(block.AsSpan(4)));
        Assert.Equal(new WalBlockHeader(1, 2, 3, 4, 5), WalBlockHeader.TryRead(block));
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
        var record = new RecordHeader(
            RecordType.Entry, 2, 0, new GroupId(1), new LogIndex(2), new Term(7), EntryKind.Data, 5, 3, 99);
        builder.Add(record, new byte[8], 80);
        var configured = record with { Index = new LogIndex(3), Kind = EntryKind.Configuration, OffsetCount = 0, BaseOffset = 8 };
        builder.Add(configured, new byte[] { 0xAA, 0xBB, 0xCC }, 80);
        var sidecar = SegmentSidecar.Encode(builder.ToSnapshot());
        Assert.Equal(
            "434c55535449445803000000" + "0100000000000000" + "0200000000000000" + "0300000000000000" + "0300000000000000"
            + "0700000000000000" + "0800000000000000" + "6300000000000000" + "d000000000000000"
            + "01000000" + "01000000" + "01000000" + "03000000"
            + "0200000000000000" + "0300000000000000" + "0000000000000080" + "3000000000000000"
            + "0200000000000000" + "0700000000000000"
            + "0300000000000000" + "0300000000000000" + "aabbcc",
            Convert.ToHexStringLower([.. sidecar[..12], .. sidecar[16..]]));
        Assert.Equal(
            SegmentSidecar.HeaderBytes + SegmentSidecar.PointBytes + SegmentSidecar.TermBytes
            + SegmentSidecar.ConfigurationBytes + 3,
            sidecar.Length);
        var read = SegmentSidecar.TryDecode(sidecar)!;
        Assert.Equal((new LogIndex(3), 8L, 99L, 208L), (read.LastIndex, read.NextOffset, read.MaxTimestamp, read.Length));
        Assert.Equal(new LogIndex(3), read.Configurations.Span[0].Index);
        Assert.Equal(new byte[] { 0xAA, 0xBB, 0xCC }, read.Configurations.Span[0].Payload.ToArray());
        sidecar[20] ^= 1;
        Assert.Null(SegmentSidecar.TryDecode(sidecar));
    }

    [Fact]
    public void Checkpoint_Golden()
    {
        var configuration = new LoggedConfiguration(new LogIndex(5), new Configuration([new ReplicaId(1)], [], [], [], autoLeave: false));
        var snapshot = new RaftSnapshot(new LogIndex(2), new Term(3), 4, configuration, new byte[] { 0xAA, 0xBB });
        var bytes = CheckpointCodec.Encode(new GroupId(1), snapshot);
        Assert.Equal(
            "434c555354434b5003000000" + "0100000000000000" + "0200000000000000" + "0300000000000000" + "0400000000000000"
            + "0500000000000000" + "12000000" + "02000000" + "01000100000000000000" + "0100000000000000" + "aabb",
            Convert.ToHexStringLower([.. bytes[..12], .. bytes[16..]]));
        Assert.Equal(CheckpointCodec.HeaderBytes + 18 + 2, bytes.Length);
        var read = CheckpointCodec.TryDecode(bytes, new GroupId(1), new LogIndex(2), out _)!;
        Assert.Equal((snapshot.Index, snapshot.Term, 4L), (read.Index, read.Term, read.NextOffset));
        Assert.Equal(configuration.Index, read.Configuration!.Index);
        Assert.Equal(configuration.Value.ToString(), read.Configuration.Value.ToString());
        Assert.Equal(new byte[] { 0xAA, 0xBB }, read.State.ToArray());
    }

    [Fact]
    public void WalAndSegmentHeaders_AnyBitFlipped_AreDamagedAndOfNoOtherVersion()
    {
        var wal = new byte[WalFileHeader.PageBytes];
        new WalFileHeader(9, 65536).Write(wal);
        var segment = new byte[SegmentHeader.SizeBytes];
        new SegmentHeader(new GroupId(1), new LogIndex(2), 3).Write(segment);
        for (var bit = 0; bit < 32 * 8; bit++)
        {
            wal[bit / 8] ^= (byte)(1 << (bit % 8));
            segment[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal((null, null), (WalFileHeader.TryRead(wal), WalFileHeader.OtherVersion(wal)));
            Assert.Equal((null, null), (SegmentHeader.TryRead(segment), SegmentHeader.OtherVersion(segment)));
            wal[bit / 8] ^= (byte)(1 << (bit % 8));
            segment[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(4u)]
    public void OtherVersion_OfAHeaderWithAGoodChecksum_IsTold(uint version)
    {
        var page = new byte[WalFileHeader.PageBytes];
        new WalFileHeader(9, 65536).Write(page);
        BitConverter.TryWriteBytes(page.AsSpan(8), version);

        // Before version 3 the checksum did not cover the version.
        var checksum = version < 3 ? Crc32C.Compute(page.AsSpan(16, 16)) : FormatVersion.Checksum(page.AsSpan(0, 32));
        BitConverter.TryWriteBytes(page.AsSpan(12), checksum);
        Assert.Null(WalFileHeader.TryRead(page));
        Assert.Equal(version, WalFileHeader.OtherVersion(page));
    }

    [Fact]
    public void LostFile_Golden()
    {
        var record = (LostRecord.None with { DirectoryId = 0x1F, FirstEpoch = 0x2E, FirstSequence = 77 })
            .With(new LostIdentity(new GroupId(9), 4, 70, new GroupDamage("segments/9/1.log", 48, "a record", "a\thole"), new LogIndex(8)))
            .With(new LostIdentity(new GroupId(9), 2, 71, new GroupDamage("segments/9/1.log", 48, "a record", "a\thole")));
        var text = LostFile.Encode(record);
        Assert.Equal(
            "clusterlog lost identities, format 3\ndirectory=000000000000001f epoch=000000000000002e sequence=77\n"
            + "9\t4\t71\t8\tsegments/9/1.log\t48\ta record\ta hole\n",
            text[..text.IndexOf("crc32c=", StringComparison.Ordinal)]);
        Assert.Equal(text, LostFile.Encode(LostFile.TryDecode(text)!));
        for (var i = 0; i < text.Length; i++)
        {
            Assert.Null(LostFile.TryDecode(text[..i]));
            Assert.Null(LostFile.TryDecode($"{text[..i]}{(char)(text[i] ^ 1)}{text[(i + 1)..]}"));
        }
    }

    [Fact]
    public void Checkpoint_AnyBitFlippedOrByteMissing_IsNotRead()
    {
        var bytes = CheckpointCodec.Encode(
            new GroupId(1), new RaftSnapshot(new LogIndex(2), new Term(3), 4, null, new byte[40]));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(CheckpointCodec.TryDecode(bytes, new GroupId(1), new LogIndex(2), out var problem));
            Assert.NotEmpty(problem);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(CheckpointCodec.TryDecode(bytes.AsMemory(0, length), new GroupId(1), new LogIndex(2), out _));
        }

        Assert.Null(CheckpointCodec.TryDecode(bytes, new GroupId(2), new LogIndex(2), out _));
        Assert.Null(CheckpointCodec.TryDecode(bytes, new GroupId(1), new LogIndex(3), out _));
        Assert.NotNull(CheckpointCodec.TryDecode(bytes, new GroupId(1), new LogIndex(2), out _));
    }
}
