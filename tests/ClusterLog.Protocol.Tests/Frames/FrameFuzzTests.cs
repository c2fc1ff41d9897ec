using System.Buffers;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Tests.Golden;

namespace ClusterLog.Protocol.Tests.Frames;

/// <summary>Reads damaged frames as their receiver would: none may throw, hang or cost much memory.</summary>
public class FrameFuzzTests
{
    private const int FrameCount = 200_000;

    // What a failure's message may take, and the most that a byte of a frame may cost: the densest list has an entry
    // of 24 bytes for 2 bytes of frame, in a list that doubles.
    private const long AllocatedBytesFree = 4096;
    private const long AllocatedBytesPerByte = 64;

    [Fact]
    public void Decode_OfMutatedFrames_NeverThrowsAndAllocatesLittle()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var mutator = new Mutator(random);
        var messages = GoldenMessages.All;
        var goldens = messages.Select(message => message.Golden).ToArray();
        foreach (var message in messages)
        {
            Decode(message, message.Golden);
        }

        var (accepted, refused) = (0, 0);
        for (var i = 0; i < FrameCount; i++)
        {
            var index = random.Next(messages.Count);
            var mutated = mutator.Mutate(goldens[index]);

            // With the length made right, damage reaches the message.
            if (mutated.Length > FrameReader.PrefixBytes && random.Next(4) > 0)
            {
                BitConverter.TryWriteBytes(mutated.Span, mutated.Length - FrameReader.PrefixBytes);
            }

            if (DecodeWithin(messages[index], mutated, () => $"seed {seed}, frame {i}"))
            {
                accepted++;
            }
            else
            {
                refused++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {accepted} accepted, {refused} refused");

        // Both must happen often, or the mutations test only one side.
        Assert.True(accepted > FrameCount / 100, $"seed {seed}: only {accepted} accepted");
        Assert.True(refused > FrameCount / 100, $"seed {seed}: only {refused} refused");
    }

    [Fact]
    public void ReadRecords_OfMutatedBatches_NeverThrowsAndAllocatesLittle()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var mutator = new Mutator(random);
        byte[][] goldens = [GoldenBytes.Of("Batch.One"), GoldenBytes.Of("Batch.Two"), GoldenBytes.Of("Batch.Compacted")];
        foreach (var golden in goldens)
        {
            Assert.True(ReadRecords(golden));
        }

        for (var i = 0; i < FrameCount / 4; i++)
        {
            var mutated = mutator.Mutate(goldens[random.Next(goldens.Length)]);

            // With the checksum and length made right, damage reaches the records.
            if (mutated.Length >= RecordBatchHeader.Size && random.Next(4) > 0)
            {
                BitConverter.TryWriteBytes(mutated.Span[RecordBatchHeader.LengthAt..], mutated.Length);
                RecordBatchHeader.Seal(mutated.Span);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadRecords(mutated);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, batch {i}: {Convert.ToHexString(mutated.Span)} threw {exception}");
            }

            AssertAllocated(
                before, mutated.Length, () => $"seed {seed}, batch {i}: {Convert.ToHexString(mutated.Span)}");
        }
    }

    private static bool DecodeWithin(GoldenMessage message, ReadOnlyMemory<byte> frame, Func<string> where)
    {
        var isRead = false;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            isRead = Decode(message, frame);
        }
        catch (Exception exception)
        {
            Assert.Fail($"{where()}: {message.Name} {Convert.ToHexString(frame.Span)} threw {exception}");
        }

        AssertAllocated(before, frame.Length, () => $"{where()}: {message.Name} {Convert.ToHexString(frame.Span)}");
        return isRead;
    }

    private static void AssertAllocated(long before, int length, Func<string> where)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > AllocatedBytesFree + (AllocatedBytesPerByte * length))
        {
            Assert.Fail($"{where()} allocated {allocated} bytes for {length}");
        }
    }

    private static bool Decode(GoldenMessage message, ReadOnlyMemory<byte> bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        var isRead = false;
        while (FrameReader.TryReadFrame(ref buffer, ProtocolLimits.FrameBytesMax, out var frame)
            == FrameStatus.Complete)
        {
            isRead |= message.TryDecode(frame);
        }

        return isRead;
    }

    private static bool ReadRecords(ReadOnlyMemory<byte> batch)
    {
        if (!RecordBatchReader.TryOpen(batch, out var reader).IsValid)
        {
            return false;
        }

        while (reader.TryRead(out _))
        {
        }

        return reader.Error is null;
    }
}
