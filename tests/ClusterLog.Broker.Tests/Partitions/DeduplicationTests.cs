using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Tests.Clients;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;

namespace ClusterLog.Broker.Tests.Partitions;

public sealed class DeduplicationTests
{
    private readonly ProducerTable _table = new();
    private readonly Deduplication _deduplication;
    private long _nextOffset = 100;

    public DeduplicationTests()
    {
        _deduplication = new Deduplication(_table);
    }

    [Fact]
    public void Check_WithoutAProducerId_AlwaysAppends()
    {
        Append(-1, -1, -1, 2);
        Assert.Equal(SequenceCheck.Append, Check(-1, -1, -1, 2));
    }

    [Theory]
    [InlineData(0, ErrorCode.None)]
    [InlineData(1, ErrorCode.UnknownProducer)]
    public void Check_OfAnUnknownProducer_AppendsOnlyFromZeroOn(int sequence, ErrorCode expected) =>
        Assert.Equal(expected, Check(5, 0, sequence, 1).Code);

    [Fact]
    public void Check_OfAPendingBatch_IsADuplicateThatWaitsWithTheFirst()
    {
        Append(5, 0, 0, 2);
        var second = Append(5, 0, 2, 3);
        Append(5, 0, 5, 1);
        var check = Check(5, 0, 2, 3);
        Assert.True(check.IsDuplicate);
        Assert.Same(second, check.Pending);
    }

    [Fact]
    public void Check_OfACommittedBatch_IsADuplicateWithItsOffset()
    {
        Append(5, 0, 0, 2);
        Append(5, 0, 2, 3);
        Commit(5, 0, 0, 2, offset: 100);
        Append(5, 0, 5, 1);
        var check = Check(5, 0, 0, 2);
        Assert.True(check.IsDuplicate);
        Assert.Null(check.Pending);
        Assert.Equal(100, check.BaseOffset);
        Assert.Equal(SequenceCheck.Append, Check(5, 0, 6, 1));
    }

    [Fact]
    public void Check_OfABatchTooOldToRemember_IsADuplicateWithoutOffset()
    {
        for (var i = 0; i < 6; i++)
        {
            Commit(5, 0, i, 1, offset: i);
        }

        Assert.Equal((true, -1L), (Check(5, 0, 0, 1).IsDuplicate, Check(5, 0, 0, 1).BaseOffset));
        Assert.Equal((true, 1L), (Check(5, 0, 1, 1).IsDuplicate, Check(5, 0, 1, 1).BaseOffset));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Check_OfASkippedSequence_IsOutOfOrder(bool isCommitted)
    {
        Append(5, 0, 0, 2);
        if (isCommitted)
        {
            Commit(5, 0, 0, 2, offset: 100);
        }

        Assert.Equal(ErrorCode.OutOfOrderSequence, Check(5, 0, 3, 1).Code);
        Assert.Equal(SequenceCheck.Append, Check(5, 0, 2, 1));
    }

    [Fact]
    public void Check_AcrossTheEndOfTheSequences_GoesOnAtZero()
    {
        Append(5, 0, 0, 1);
        Commit(5, 0, 0, 1, offset: 0);
        _table.Append(5, 0, new AppendedBatch(int.MaxValue - 2, 3, 50));
        Assert.Equal(SequenceCheck.Append, Check(5, 0, 0, 4));
        Append(5, 0, 0, 4);
        Assert.Equal(50, Check(5, 0, int.MaxValue - 2, 3).BaseOffset);
        Assert.Equal((true, -1L), (Check(5, 0, int.MaxValue - 9, 3).IsDuplicate, Check(5, 0, int.MaxValue - 9, 3).BaseOffset));
        Assert.Equal(ErrorCode.OutOfOrderSequence, Check(5, 0, 5, 1).Code);
        Assert.Equal(SequenceCheck.Append, Check(5, 0, 4, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Check_OfAnotherEpoch_FencesTheOldAndBeginsTheNewAtZero(bool isCommitted)
    {
        Append(5, 3, 0, 2);
        if (isCommitted)
        {
            Commit(5, 3, 0, 2, offset: 100);
        }

        Assert.Equal(ErrorCode.ProducerFenced, Check(5, 2, 2, 1).Code);
        Assert.Equal(ErrorCode.OutOfOrderSequence, Check(5, 4, 2, 1).Code);
        Assert.Equal(SequenceCheck.Append, Check(5, 4, 0, 1));
    }

    [Fact]
    public void Check_OfANewEpochsRetry_IsNotTakenForTheOldEpochsBatch()
    {
        Append(5, 0, 0, 1);
        var ofNewEpoch = Append(5, 1, 0, 1);
        Assert.Same(ofNewEpoch, Check(5, 1, 0, 1).Pending);
        Commit(5, 0, 0, 1, offset: 100);
        Assert.Same(ofNewEpoch, Check(5, 1, 0, 1).Pending);
        Commit(5, 1, 0, 1, offset: 101);
        Assert.Equal(101, Check(5, 1, 0, 1).BaseOffset);
    }

    [Fact]
    public void Clear_WhenLeadershipWasLost_KnowsOnlyWhatIsCommitted()
    {
        Append(5, 0, 0, 1);
        Commit(5, 0, 0, 1, offset: 100);
        Append(5, 0, 1, 1);
        _deduplication.Clear();
        Assert.Equal(SequenceCheck.Append, Check(5, 0, 1, 1));

        // The next leader committed it all the same.
        Commit(5, 0, 1, 1, offset: 101);
        Assert.Equal(101, Check(5, 0, 1, 1).BaseOffset);
    }

    [Fact]
    public void Retries_OfAPendingBatch_HearItsOutcome()
    {
        var first = Append(5, 0, 0, 1);
        var (retry, another) = (new Answer(), new Answer());
        first.AddRetry(Work(5, 0, 0, 1, retry));
        first.AddRetry(Work(5, 0, 0, 1, another));
        first.Complete();
        Assert.Equal((100L, true), (retry.Offset, retry.IsDuplicate));
        Assert.Equal((100L, true), (another.Offset, another.IsDuplicate));

        var failing = Append(5, 0, 1, 1);
        var failed = new Answer();
        failing.AddRetry(Work(5, 0, 1, 1, failed));
        failing.Fail(ErrorCode.NotLeader, "gone");
        Assert.Equal(ErrorCode.NotLeader, failed.Code);
    }

    private static RecordBatchHeader Header(long producer, int epoch, int sequence, int count)
    {
        var batch = RawFrames.Batch(producer, epoch, sequence, [.. Enumerable.Repeat("v", count)]);
        Assert.True(RecordBatchHeader.TryRead(batch, out var header));
        return header;
    }

    private static ProduceWork Work(long producer, int epoch, int sequence, int count, IProduceReply reply) =>
        new(null!, Memory<byte>.Empty, Header(producer, epoch, sequence, count), Acks.All, reply);

    private SequenceCheck Check(long producer, int epoch, int sequence, int count) =>
        _deduplication.Check(Header(producer, epoch, sequence, count));

    private ProduceWork Append(long producer, int epoch, int sequence, int count)
    {
        var work = Work(producer, epoch, sequence, count, new Answer());
        work.BaseOffset = _nextOffset;
        _nextOffset += count;
        _deduplication.OnAppended(work);
        return work;
    }

    private void Commit(long producer, int epoch, int sequence, int count, long offset)
    {
        _table.Append(producer, epoch, new AppendedBatch(sequence, count, offset));
        _deduplication.OnCommitted(Header(producer, epoch, sequence, count));
    }

    private sealed class Answer : IProduceReply
    {
        public long Offset { get; private set; } = -2;

        public bool IsDuplicate { get; private set; }

        public ErrorCode Code { get; private set; }

        public void Succeed(long baseOffset, bool isDuplicate) => (Offset, IsDuplicate) = (baseOffset, isDuplicate);

        public void Fail(ErrorCode code, string message) => Code = code;
    }
}
