using System.Runtime.CompilerServices;
using ClusterLog.Raft;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Storage.Tests.Payloads;

/// <summary>When the memory of payloads is used again, and when it must not be.</summary>
public sealed class PayloadMemoryTests
{
    private const int BlockBytes = 1024;
    private const int SliceBytes = 500;

    private readonly PayloadMemory _memory = NewMemory();

    [Fact]
    public void Rent_TwoSlices_LieInOneBlockAndDoNotOverlap()
    {
        var (first, second) = (_memory.Rent(SliceBytes), _memory.Rent(SliceBytes));
        first.Span.Fill(1);
        second.Span.Fill(2);

        Assert.Equal((SliceBytes, SliceBytes), (first.Length, second.Length));
        Assert.Equal(BlockBytes, _memory.UsedBytes);
        Assert.Equal(-1, first.Span.IndexOfAnyExcept((byte)1));
        Assert.Equal(-1, second.Span.IndexOfAnyExcept((byte)2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData((BlockBytes / 2) + 1)]
    public void Rent_OfALengthThatFitsNoBlock_GivesAnArrayOfItsOwn(int bytes)
    {
        var rented = _memory.Rent(bytes);

        Assert.Equal(bytes, rented.Length);
        Assert.Null(PayloadSlice.Of(rented));
        Assert.Equal(0, _memory.UsedBytes);
    }

    [Fact]
    public void Rent_BeyondTheBytesThatMayBeUsed_GivesAnArrayOfItsOwn()
    {
        var memory = NewMemory(bytesMax: 2 * BlockBytes);
        Memory<byte>[] rented = [.. Enumerable.Range(0, 6).Select(_ => memory.Rent(SliceBytes))];

        Assert.Equal(2 * BlockBytes, memory.UsedBytes);
        Assert.Equal(4, rented.Count(static bytes => PayloadSlice.Of(bytes) is not null));
    }

    [Fact]
    public void GiveBack_OfTheLastShareOfAllSlices_UsesTheBlockAgain()
    {
        var entries = FillBlock();
        foreach (var entry in entries)
        {
            Share(entry).GiveBack();
        }

        Assert.Equal((0, BlockBytes), (_memory.UsedBytes - OpenBytes, _memory.FreeBytes));
        Assert.Equal(BlockBytes, RentBlocks(1));
        Assert.Equal(0, _memory.FreeBytes);
    }

    [Fact]
    public void GiveBack_WhileTheBlockIsOpen_DoesNotUseItAgain()
    {
        var entry = NewEntry();
        Share(entry).GiveBack();

        Assert.Equal(0, _memory.FreeBytes);
        var next = _memory.Rent(SliceBytes);
        next.Span.Fill(1);
        Assert.True(PayloadSlice.Of(entry.Payload)!.IsGone);
    }

    [Fact]
    public void GiveBack_OfAllButOneShare_KeepsTheBlock()
    {
        var entries = FillBlock();
        Share(entries[0]).GiveBack();
        var slice = Share(entries[1]);
        Share(entries[1]);
        slice.GiveBack();

        Assert.Equal(0, _memory.FreeBytes);
        Assert.Equal((byte)1, entries[1].Payload.Span[0]);
        slice.GiveBack();
        Assert.Equal(BlockBytes, _memory.FreeBytes);
    }

    [Fact]
    public void GiveBack_WhileOneSliceWasNeverShared_KeepsTheBlock()
    {
        var entries = FillBlock();
        Share(entries[0]).GiveBack();

        Assert.Equal(0, _memory.FreeBytes);
        Assert.Equal((byte)1, entries[1].Payload.Span[0]);
    }

    [Fact]
    public void GiveBack_MoreOftenThanShared_Throws()
    {
        var slice = Share(NewEntry());
        slice.GiveBack();

        Assert.Throws<InvalidOperationException>(slice.GiveBack);
        Assert.Throws<InvalidOperationException>(PayloadSlice.Of(NewEntry().Payload)!.GiveBack);
    }

    [Fact]
    public void Touch_AfterTheEnd_Throws()
    {
        var entry = NewEntry();
        Share(entry).GiveBack();

        Assert.Throws<InvalidOperationException>(() => entry.Payload.Span[0]);
        Assert.Throws<InvalidOperationException>(() => entry.Payload[1..].Pin());
        Assert.Throws<InvalidOperationException>(() => entry.Payload.ToArray());
        Assert.Throws<InvalidOperationException>(() => PayloadSlice.Share(entry));
        Assert.Equal(SliceBytes, entry.Payload.Length);
    }

    [Fact]
    public unsafe void Pin_OfAPartOfASlice_PointsToItsBytes()
    {
        var bytes = _memory.Rent(SliceBytes);
        bytes.Span[7] = 77;
        using var pinned = bytes[5..].Pin();

        Assert.Equal(77, ((byte*)pinned.Pointer)[2]);
    }

    [Fact]
    public void Discard_OfASliceThatNobodyShared_EndsIt()
    {
        var entries = FillBlock();
        entries.DiscardUnused();
        entries.DiscardUnused();

        Assert.Equal(BlockBytes, _memory.FreeBytes);
        Assert.Throws<InvalidOperationException>(() => entries[0].Payload.Span[0]);
    }

    [Fact]
    public void Discard_OfASliceThatIsShared_DoesNothing()
    {
        var entry = NewEntry();
        var slice = Share(entry);
        PayloadSlice.Discard(entry.Payload);

        Assert.Equal((byte)1, entry.Payload.Span[0]);
        slice.GiveBack();
        PayloadSlice.Discard(entry.Payload);
        PayloadSlice.Discard(new byte[3]);
    }

    [Fact]
    public void Hold_UntilDisposedOf_KeepsPayloadsThatTheTailHasLetGo()
    {
        var entries = FillBlock();
        PayloadSlice[] tail = [.. entries.Select(Share)];
        var hold = new PayloadHold();
        hold.Add(entries[0]);
        hold.Add(entries[1]);
        Array.ForEach(tail, static slice => slice.GiveBack());

        Assert.Equal(0, _memory.FreeBytes);
        Assert.Equal((byte)1, entries[1].Payload.Span[0]);
        hold.Dispose();
        hold.Dispose();
        Assert.Equal(BlockBytes, _memory.FreeBytes);
        Assert.Throws<ObjectDisposedException>(() => hold.Add(entries[0]));
    }

    [Fact]
    public void Hold_OfSeveralEntriesOfOneFrame_TakesOneShare()
    {
        var frame = _memory.Rent(SliceBytes);
        LogEntry[] entries = [NewEntry(frame[..100]), NewEntry(frame[100..200]), NewEntry(frame[200..])];
        var tail = entries.Select(Share).ToArray();
        using (var hold = new PayloadHold())
        {
            Array.ForEach(entries, hold.Add);
        }

        Assert.False(tail[0].IsGone);
        Array.ForEach(tail, static slice => slice.GiveBack());
        Assert.True(tail[0].IsGone);
    }

    [Fact]
    public void AddForLong_WhereMemoryIsCrowded_CopiesInstead()
    {
        var memory = NewMemory(bytesMax: 4 * BlockBytes);
        var entry = NewEntry(memory.Rent(SliceBytes));
        var slice = Share(entry);
        var hold = new PayloadHold();
        LogEntry[] entries = [entry, NewEntry(new byte[3])];

        Assert.Same(entries, hold.AddForLong(entries));
        for (var i = 0; i < 6; i++)
        {
            memory.Rent(SliceBytes);
        }

        var copied = hold.AddForLong(entries);
        Assert.Null(PayloadSlice.Of(copied[0].Payload));
        Assert.Same(entries[1], copied[1]);
        hold.Dispose();
        slice.GiveBack();
        Assert.Equal(-1, copied[0].Payload.Span.IndexOfAnyExcept((byte)1));
    }

    [Fact]
    public void Return_WithPoison_OverwritesAndFindsLateWriters()
    {
        var entries = FillBlock();
        var span = System.Runtime.InteropServices.MemoryMarshal.AsMemory(entries[0].Payload).Span;
        foreach (var entry in entries)
        {
            Share(entry).GiveBack();
        }

        Assert.Equal(-1, span.IndexOfAnyExcept(PayloadMemory.Poison));
        span[3] = 4;
        var error = Assert.Throws<InvalidOperationException>(() => RentBlocks(2));
        Assert.Contains("Byte 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Return_OfMoreThanIsKept_LeavesTheRestToTheCollector()
    {
        var memory = NewMemory(freeBytesMax: BlockBytes);
        LogEntry[] entries = [.. Enumerable.Range(0, 9).Select(_ => NewEntry(memory.Rent(SliceBytes)))];
        Array.ForEach(entries, static entry => Share(entry).GiveBack());

        Assert.Equal((BlockBytes, BlockBytes, 0), (memory.FreeBytes, memory.UsedBytes, memory.LostBytes));
    }

    [Fact]
    public void Forget_OneSliceOfABlock_LeavesItToTheCollectorAndCountsIt()
    {
        ForgetOne();
        for (var i = 0; i < 50 && _memory.LostBytes == 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal((BlockBytes, OpenBytes), (_memory.LostBytes, _memory.UsedBytes));
        Assert.Equal(0, _memory.FreeBytes);
    }

    private const long OpenBytes = BlockBytes;

    private static PayloadMemory NewMemory(long bytesMax = 1 << 20, long freeBytesMax = 1 << 20) =>
        new(bytesMax, freeBytesMax, BlockBytes, poisons: true);

    private static PayloadSlice Share(LogEntry entry) => PayloadSlice.Share(entry)!;

    private static LogEntry NewEntry(Memory<byte> payload)
    {
        payload.Span.Fill(1);
        return new LogEntry(new LogIndex(1), new Term(1), EntryKind.Data, 0, 1, 0, payload);
    }

    private LogEntry NewEntry() => NewEntry(_memory.Rent(SliceBytes));

    // Both slices of a block, which is closed by the first of the next.
    private LogEntry[] FillBlock()
    {
        LogEntry[] entries = [NewEntry(), NewEntry()];
        _memory.Rent(SliceBytes);
        return entries;
    }

    private long RentBlocks(int count)
    {
        var before = _memory.UsedBytes;
        for (var i = 0; i < 2 * count; i++)
        {
            _memory.Rent(SliceBytes);
        }

        return _memory.UsedBytes - before;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ForgetOne()
    {
        var entries = FillBlock();
        Share(entries[0]).GiveBack();
        Share(entries[1]);
    }
}
