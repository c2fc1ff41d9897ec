using ClusterLog.Broker.Partitions;

namespace ClusterLog.Broker.Tests.Partitions;

public sealed class ProducerTableTests
{
    [Fact]
    public void Find_AmongTheLastFive_GivesTheFirstOffset_AndNoFurther()
    {
        var table = new ProducerTable();
        for (var i = 0; i < 7; i++)
        {
            table.Append(1, 0, new AppendedBatch(BaseSequence: i * 10, RecordCount: 10, BaseOffset: 1000 + i));
        }

        var state = table.Find(1)!;
        Assert.Equal(70, state.NextSequence);
        Assert.Equal(
            [null, null, 1002, 1003, 1004, 1005, 1006],
            Enumerable.Range(0, 7).Select(i => state.Find(i * 10, 10)?.BaseOffset));
        Assert.Null(state.Find(60, 9));
    }

    [Fact]
    public void Append_OfANewEpoch_ForgetsTheBatchesOfTheOld()
    {
        var table = new ProducerTable();
        table.Append(1, 0, new AppendedBatch(0, 5, 100));
        table.Append(1, 1, new AppendedBatch(0, 3, 200));
        var state = table.Find(1)!;
        Assert.Equal((1, 3), (state.Epoch, state.NextSequence));
        Assert.Null(state.Find(0, 5));
        Assert.Equal(200, state.Find(0, 3)?.BaseOffset);
    }

    [Fact]
    public void NextSequence_AfterTheHighest_IsZero()
    {
        var table = new ProducerTable();
        table.Append(1, 0, new AppendedBatch(int.MaxValue - 1, 2, 0));
        Assert.Equal(0, table.Find(1)!.NextSequence);
        table.Append(1, 0, new AppendedBatch(int.MaxValue, 3, 0));
        Assert.Equal(2, table.Find(1)!.NextSequence);
    }

    [Fact]
    public void Append_BeyondTheLimit_ForgetsWhoWroteLongestAgo()
    {
        var table = new ProducerTable(producersMax: 3);
        foreach (var producer in new[] { 1, 2, 3, 1, 4 })
        {
            table.Append(producer, 0, new AppendedBatch(0, 1, 0));
        }

        Assert.Equal(3, table.Count);
        Assert.Equal([true, false, true, true], Enumerable.Range(1, 4).Select(id => table.Find(id) is not null));
    }

    [Fact]
    public void Append_OfTheSameBatches_LeavesEveryReplicaWithTheSameProducers()
    {
        const int seed = 42;
        var (one, other) = (new ProducerTable(50), new ProducerTable(50));
        foreach (var table in new[] { one, other })
        {
            var random = new Random(seed);
            for (var i = 0; i < 10_000; i++)
            {
                table.Append(random.Next(200), 0, new AppendedBatch(random.Next(), 1, i));
            }
        }

        var producers = Enumerable.Range(0, 200).Select(id => one.Find(id)?.NextSequence).ToArray();
        Assert.Equal(50, producers.Count(next => next is not null));
        Assert.Equal(producers, Enumerable.Range(0, 200).Select(id => other.Find(id)?.NextSequence));
    }
}
