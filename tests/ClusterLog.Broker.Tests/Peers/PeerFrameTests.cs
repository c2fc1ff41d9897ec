using System.Buffers;
using System.Buffers.Binary;
using ClusterLog.Broker.Peers;
using ClusterLog.Protocol.Frames;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Broker.Tests.Peers;

public sealed class PeerFrameTests
{
    private const int FrameBytesMax = 1 << 20;

    [Fact]
    public void Write_EveryContent_GivesGoldenBytesWithinItsBoundAndReadsBack()
    {
        foreach (var (content, hex) in PeerSamples.Golden)
        {
            var bytes = Write(content);
            Assert.Equal(hex, Convert.ToHexStringLower(bytes));
            Assert.True(bytes.Length <= PeerFrameWriter.SizeBound(content), content.ToString());
            PeerSamples.AssertSame(content, Read(bytes.AsMemory(4), out var group, out var error));
            Assert.Null(error);
            Assert.Equal(content is RaftMessage ? PeerSamples.Group : default, group);
        }
    }

    [Fact]
    public void Write_LargestNumbers_StaysWithinTheBound()
    {
        var index = new LogIndex(ulong.MaxValue - 1);
        var term = new Term(ulong.MaxValue);
        var entry = new LogEntry(
            index.Next, term, EntryKind.Data, long.MaxValue - int.MaxValue, int.MaxValue, long.MinValue, new byte[70_000]);
        object[] contents =
        [
            new AppendRequest(PeerSamples.From, PeerSamples.To, term, index, term, index, [entry]),
            new AppendResponse(PeerSamples.From, PeerSamples.To, term, index, true, index, term),
            new VoteRequest(Largest(PeerSamples.From), Largest(PeerSamples.To), term, index, term, true),
            new AppendResponse(Largest(PeerSamples.From), Largest(PeerSamples.To), term, index, true, index, term),
            new HeartbeatRequest(Largest(PeerSamples.From), Largest(PeerSamples.To), term, index, ulong.MaxValue, true),
            new ReadIndexResponse(Largest(PeerSamples.From), Largest(PeerSamples.To), term, ulong.MaxValue, index, true),
            new InstallSnapshotRequest(Largest(PeerSamples.From), Largest(PeerSamples.To), term, new RaftSnapshot(
                index, term, long.MaxValue, new LoggedConfiguration(index, Voters(60)), new byte[70_000])),
            new PeerLeaders([.. Enumerable.Repeat(new LeaderAnnouncement(new(ulong.MaxValue), term, new(int.MaxValue)), 5000)]),
            new PeerRequest(uint.MaxValue, new byte[70_000]),
            new PeerResponse(uint.MaxValue, new string('\uffff', 500), new byte[300]),
        ];
        foreach (var content in contents)
        {
            var bytes = Write(content, new GroupId(ulong.MaxValue));
            Assert.True(bytes.Length <= PeerFrameWriter.SizeBound(content), $"{content}: {bytes.Length}");
            PeerSamples.AssertSame(content, Read(bytes.AsMemory(4), out _, out var error));
            Assert.Null(error);
        }
    }

    [Fact]
    public void Read_EveryPrefixOfEveryFrame_IsAnErrorInWords()
    {
        foreach (var (_, hex) in PeerSamples.Golden)
        {
            var bytes = Convert.FromHexString(hex)[4..];
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Null(Read(bytes.AsMemory(0, length), out _, out var error));
                Assert.False(string.IsNullOrEmpty(error));
            }
        }
    }

    [Fact]
    public void Read_MutatedFrames_NeverThrowsAndKeepsEntriesInOrder()
    {
        var random = new Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Convert.FromHexString(PeerSamples.Golden[round % PeerSamples.Golden.Length].Hex)[4..];
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var content = Read(bytes, out _, out var error);
            Assert.True((content is null) == (error is not null), $"round {round}: {Convert.ToHexStringLower(bytes)}");
            if (content is AppendRequest append)
            {
                var next = append.PreviousIndex;
                Assert.All(append.Entries, entry => Assert.Equal(next = next.Next, entry.Index));
            }
        }
    }

    [Theory]
    [InlineData("9914010003" + "05060403" + "91" + "97" + "09" + "05" + "01" + "00" + "00" + "00" + "c400", "entry of index 7")]
    [InlineData("9914010003" + "05060403" + "91" + "97" + "07" + "05" + "09" + "00" + "00" + "00" + "c400", "kind 9")]
    [InlineData("9914010003" + "05060403" + "91" + "97" + "07" + "05" + "02" + "00" + "00" + "00" + "c400", "kind 2 with 0")]
    [InlineData("9914010003" + "05060403" + "91" + "97" + "07" + "05" + "03" + "ff" + "00" + "00" + "c400", "from -1")]
    [InlineData("9914010003" + "05060403" + "92" + "97" + "07" + "05" + "02" + "00" + "02" + "00" + "c400"
        + "97" + "08" + "05" + "03" + "03" + "00" + "00" + "c400", "base offset 2")]
    [InlineData("9163", "type 99")]
    [InlineData("910201", "1 more bytes")]
    [InlineData("9216cd", "8 fields")]
    [InlineData("9a19010003" + "05" + "06" + "06" + "00" + "c0" + "c400", "belong together")]
    [InlineData("9a19010003" + "05" + "00" + "04" + "00" + "c0" + "c400", "belong together")]
    [InlineData("9a19010003" + "05" + "06" + "04" + "ff" + "c0" + "c400", "belong together")]
    [InlineData("9a19010003" + "05" + "06" + "04" + "00" + "9207c412010001000000000000000100000000000000" + "c400", "belong together")]
    [InlineData("9a19010003" + "05" + "06" + "04" + "00" + "9202c401" + "01" + "c400", "a configuration")]
    [InlineData("9a19010003" + "05" + "06" + "04" + "00" + "9102" + "c400", "2 fields")]
    public void Read_FrameThatBreaksARule_SaysWhich(string hex, string expected)
    {
        Assert.Null(Read(Convert.FromHexString(hex), out _, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FieldsAppendedLater_AreSkipped()
    {
        var content = Read(Convert.FromHexString("99" + "17" + "01" + "0003" + "02" + "04" + "c3" + "a3616263" + "92c0c3"), out var group, out _);
        Assert.Equal(new HeartbeatResponse(PeerSamples.From, PeerSamples.To, new(2), 4, true), content);
        Assert.Equal(new GroupId(1), group);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryTake_FramesInPiecesOfAnySize_AreCutAsTheyWereWritten(int seed)
    {
        var random = new Random(seed);
        var contents = PeerSamples.Golden.Select(sample => sample.Content).ToList();
        for (var i = 0; i < 20; i++)
        {
            contents.Insert(random.Next(contents.Count), PeerSamples.RandomAppend(random, random.Next(40), 3000));
        }

        contents.Add(new PeerLeaders([.. Enumerable.Range(0, 3000).Select(i => new LeaderAnnouncement(new((ulong)i), new(1), new(2)))]));
        contents.Add(PeerPing.Instance);
        var bytes = contents.SelectMany(content => Write(content)).ToArray();
        var assembler = new PeerFrameAssembler(FrameBytesMax);
        var read = new List<object>();
        var unread = Array.Empty<byte>();
        for (var at = 0; at < bytes.Length;)
        {
            var piece = Math.Min(random.Next(10) == 0 ? random.Next(1, 20_000) : random.Next(1, 40), bytes.Length - at);
            var buffer = Split([.. unread, .. bytes.AsSpan(at, piece)], random);
            at += piece;
            FrameStatus status;
            while ((status = assembler.TryTake(ref buffer, out var frame)) == FrameStatus.Complete)
            {
                read.Add(PeerFrameReader.Read(frame, Broker(PeerSamples.From), Broker(PeerSamples.To), out _, out var error)
                    ?? throw new InvalidOperationException($"seed {seed}: {error}"));
            }

            Assert.Equal(FrameStatus.NeedMoreData, status);
            unread = buffer.ToArray();
        }

        Assert.Empty(unread);
        Assert.Equal(contents.Count, read.Count);
        for (var i = 0; i < contents.Count; i++)
        {
            PeerSamples.AssertSame(contents[i], read[i]);
        }
    }

    [Theory]
    [InlineData(0u, nameof(FrameStatus.Malformed))]
    [InlineData(1u, nameof(FrameStatus.Malformed))]
    [InlineData((uint)FrameBytesMax + 1, nameof(FrameStatus.TooLarge))]
    [InlineData(uint.MaxValue, nameof(FrameStatus.TooLarge))]
    [InlineData((uint)FrameBytesMax, nameof(FrameStatus.NeedMoreData))]
    public void TryTake_LengthOutOfRange_IsRefusedBeforeAnythingIsAllocated(uint length, string expected)
    {
        foreach (var type in new byte[] { 2, 20 })
        {
            var bytes = new byte[6];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, length);
            (bytes[4], bytes[5]) = (0x91, type);
            var buffer = new ReadOnlySequence<byte>(bytes);
            Assert.Equal(expected, new PeerFrameAssembler(FrameBytesMax).TryTake(ref buffer, out _).ToString());
        }
    }

    /// <summary>What a connection knows of its two ends: the brokers, not which of their replicas speak.</summary>
    private static ReplicaId Broker(ReplicaId replica) => new(replica.Value);

    private static ReplicaId Largest(ReplicaId replica) => replica with { Incarnation = uint.MaxValue };

    private static Configuration Voters(int count) =>
        Configuration.Of(Enumerable.Range(int.MaxValue - count, count).Select(id => new ReplicaId(id, uint.MaxValue)));

    private static byte[] Write(object content, GroupId? group = null)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new PeerFrameWriter();
        var written = writer.Write(output, group ?? PeerSamples.Group, content);
        Assert.Equal(output.WrittenCount, written);
        return output.WrittenSpan.ToArray();
    }

    private static object? Read(ReadOnlyMemory<byte> frame, out GroupId group, out string? error) =>
        PeerFrameReader.Read(new ReadOnlySequence<byte>(frame), Broker(PeerSamples.From), Broker(PeerSamples.To), out group, out error);

    private static ReadOnlySequence<byte> Split(byte[] bytes, Random random)
    {
        var middle = random.Next(bytes.Length + 1);
        var first = new Segment(bytes.AsMemory(0, middle), null);
        var second = new Segment(bytes.AsMemory(middle), first);
        return new ReadOnlySequence<byte>(first, 0, second, bytes.Length - middle);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
