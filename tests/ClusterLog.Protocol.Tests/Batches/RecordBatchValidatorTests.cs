using System.Buffers.Binary;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Tests.Golden;

namespace ClusterLog.Protocol.Tests.Batches;

public class RecordBatchValidatorTests
{
    [Theory]
    [InlineData("Batch.One")]
    [InlineData("Batch.Two")]
    public void Validate_OfGoldenBatch_FindsNothing(string name)
    {
        var validation = RecordBatchValidator.Validate(GoldenBytes.Of(name));
        Assert.Equal(BatchValidation.Valid, validation);
    }

    [Theory]
    [InlineData("Batch.One")]
    [InlineData("Batch.Two")]
    public void Validate_OfEachFlippedBit_FindsIt_UnlessTheLeaderSetsTheField(string name)
    {
        var batch = GoldenBytes.Of(name).ToArray();
        for (var bit = 0; bit < batch.Length * 8; bit++)
        {
            batch[bit / 8] ^= (byte)(1 << (bit % 8));
            var isLeaders = bit / 8 < RecordBatchHeader.CrcAt;
            Assert.Equal(isLeaders, RecordBatchValidator.Validate(batch).IsValid);
            batch[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData("Batch.One")]
    [InlineData("Batch.Two")]
    public void Validate_OfEachTruncation_FindsIt(string name)
    {
        var batch = GoldenBytes.Of(name);
        for (var length = 0; length < batch.Length; length++)
        {
            Assert.Equal(ErrorCode.InvalidBatch, RecordBatchValidator.Validate(batch.AsSpan(0, length)).Error);
        }

        Assert.Equal(ErrorCode.InvalidBatch, RecordBatchValidator.Validate([.. batch, 0]).Error);
    }

    [Fact]
    public void Validate_OfAFlippedBitInARecord_SaysCorrupt()
    {
        var batch = GoldenBytes.Of("Batch.One").ToArray();
        batch[^1] ^= 1;
        Assert.Equal(ErrorCode.CorruptBatch, RecordBatchValidator.Validate(batch).Error);
    }

    [Theory]
    [InlineData(RecordBatchHeader.LengthAt, 71, "header says 71 bytes")]
    [InlineData(RecordBatchHeader.LengthAt, -1, "header says -1 bytes")]
    [InlineData(RecordBatchHeader.FormatVersionAt, 2, "format version 1 expected, 2 found")]
    [InlineData(RecordBatchHeader.ReservedByteAt, 1, "reserved bits")]
    [InlineData(RecordBatchHeader.ReservedWordAt, 1, "reserved bits")]
    [InlineData(RecordBatchHeader.AttributesAt, 1, "compression 1")]
    [InlineData(RecordBatchHeader.AttributesAt, 8, "record format 1")]
    [InlineData(RecordBatchHeader.AttributesAt, 1 << 6, "control and transaction")]
    [InlineData(RecordBatchHeader.AttributesAt, 1 << 7, "control and transaction")]
    [InlineData(RecordBatchHeader.AttributesAt, 1 << 15, "reserved bits")]
    [InlineData(RecordBatchHeader.LastOffsetDeltaAt, 1, "3 records end at delta 2, the header says 1")]
    [InlineData(RecordBatchHeader.RecordCountAt, 0, "at least 1 record")]
    [InlineData(RecordBatchHeader.RecordCountAt, -3, "at least 1 record")]
    [InlineData(RecordBatchHeader.RecordCountAt, int.MaxValue, "the header says 2")]
    [InlineData(RecordBatchHeader.ProducerEpochAt, -1, "producer id, epoch and sequence")]
    [InlineData(RecordBatchHeader.BaseSequenceAt, -2, "producer id, epoch and sequence")]
    [InlineData(RecordBatchHeader.MaxTimestampAt, 0, "below the base")]
    public void Validate_OfASealedBatchThatBreaksARule_SaysWhich(int at, int value, string message)
    {
        var batch = GoldenBytes.Of("Batch.Two").ToArray();
        if (at is RecordBatchHeader.FormatVersionAt or RecordBatchHeader.ReservedByteAt)
        {
            batch[at] = (byte)value;
        }
        else if (at == RecordBatchHeader.AttributesAt)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(batch.AsSpan(at), (ushort)value);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(batch.AsSpan(at), value);
        }

        RecordBatchHeader.Seal(batch);
        var validation = RecordBatchValidator.Validate(batch);
        Assert.Equal(ErrorCode.InvalidBatch, validation.Error);
        Assert.Contains(message, validation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_OfMoreRecordsThanBytes_SaysInvalid()
    {
        var batch = GoldenBytes.Of("Batch.Two").ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(batch.AsSpan(RecordBatchHeader.RecordCountAt), 1000);
        BinaryPrimitives.WriteInt32LittleEndian(batch.AsSpan(RecordBatchHeader.LastOffsetDeltaAt), 999);
        RecordBatchHeader.Seal(batch);
        var validation = RecordBatchValidator.Validate(batch);
        Assert.Equal(ErrorCode.InvalidBatch, validation.Error);
        Assert.Contains("at least 5000 bytes", validation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_OfARecordAboveTheLimit_SaysTooLarge()
    {
        using var builder = new RecordBatchBuilder();
        var recordBytes = builder.Append(0, null, new byte[1000]);
        var batch = builder.Build();
        Assert.True(RecordBatchValidator.Validate(batch.Span, recordBytes).IsValid);
        Assert.Equal(ErrorCode.RecordTooLarge, RecordBatchValidator.Validate(batch.Span, recordBytes - 1).Error);
    }

    [Fact]
    public void Validate_OfAValidBatch_AllocatesNothing()
    {
        var batch = GoldenBytes.Of("Batch.Two");
        RecordBatchValidator.Validate(batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        RecordBatchValidator.Validate(batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
