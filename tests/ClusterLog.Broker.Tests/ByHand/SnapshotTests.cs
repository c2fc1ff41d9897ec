using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Partitions;
using ClusterLog.Broker.Tests.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>States instead of logs: at a restart, and for a follower that needs what was trimmed.</summary>
public sealed class SnapshotTests : IDisposable
{
    private static readonly int[] All = [1, 2, 3];

    private readonly HandCluster _cluster = new();
    private readonly PartitionInfo _info = HandCluster.Info(1, 2, 3);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Restart_WithACheckpoint_GoesOnFromItAndKnowsItsProducers()
    {
        var leader = StartThree();
        var offsets = Enumerable.Range(0, 25).Select(i => Ok(_cluster.Produce(leader, _info, 7, i, $"v{i}")).Offset).ToArray();
        _cluster.Tick(2);
        var before = _cluster[leader].Partition(_info);
        foreach (var id in All)
        {
            var checkpoint = _cluster[id].Replica(_info.Group).Log.LatestCheckpoint;
            Assert.NotNull(checkpoint);
            _cluster.Restart(id);
            var replica = _cluster[id].Open(_info);
            Assert.Equal(checkpoint.Index, replica.Applied);
            Assert.Equal(checkpoint.NextOffset, _cluster[id].Partition(_info).HighWatermark);
            Assert.True(checkpoint.NextOffset > 5);
        }

        leader = _cluster.AwaitLeader(_info.Group).Id;
        _cluster.Tick(5);
        foreach (var id in All)
        {
            var after = _cluster[id].Partition(_info);
            Assert.Equal((before.HighWatermark, before.Checksum, before.SizeBytes), (after.HighWatermark, after.Checksum, after.SizeBytes));
        }

        // The last five are remembered with their offsets, the others as long gone; the next goes on.
        var retry = Ok(_cluster.Produce(leader, _info, 7, 22, "v22"));
        Assert.Equal((offsets[22], true), (retry.Offset, retry.IsDuplicate));
        Assert.True(Ok(_cluster.Produce(leader, _info, 7, 3, "v3")).IsDuplicate);
        Assert.Equal(ErrorCode.OutOfOrderSequence, _cluster.Produce(leader, _info, 7, 26, "v26").Code);
        Assert.Equal(offsets[24] + 1, Ok(_cluster.Produce(leader, _info, 7, 25, "v25")).Offset);
        Assert.Equal(Enumerable.Range(0, 26).Select(i => $"v{i}"), _cluster.Fetch(leader, _info, 0).Values);
    }

    [Fact]
    public void Follower_BehindATrimmedLog_TakesTheSnapshotAndCatchesUp()
    {
        var leader = StartThree();
        Assert.Equal(0, Ok(_cluster.Produce(leader, _info, 7, 0, "v0")).Offset);
        var behind = leader == 3 ? 2 : 3;
        _cluster.Cut(behind);
        ProduceAndTrim(leader, upTo: 40, keepFrom: 25);
        var log = _cluster[leader].Replica(_info.Group).Log;
        Assert.True(log.FirstOffset > 0 && log.FirstOffset <= 25, $"the log begins at {log.FirstOffset}");

        _cluster.Heal(behind);
        var waiter = new FetchWaiter();
        _cluster[behind].Partition(_info).AddWaiter(waiter);
        var (ahead, caughtUp) = (_cluster[leader].Partition(_info), _cluster[behind].Partition(_info));
        _cluster.TickUntil(() => caughtUp.HighWatermark == ahead.HighWatermark && caughtUp.StartOffset == ahead.StartOffset);
        Assert.True(waiter.IsDone);
        Assert.Equal((ahead.Checksum, ahead.SizeBytes), (caughtUp.Checksum, caughtUp.SizeBytes));
        Assert.True(ahead.Capture().Span.SequenceEqual(caughtUp.Capture().Span));
        Assert.Equal(25, caughtUp.FirstOffset);
        Assert.True(_cluster[behind].Replica(_info.Group).Log.FirstIndex > new LogIndex(1));

        // It serves, and knows the producer, once it leads.
        _cluster[leader].Replica(_info.Group).TransferLeadership(new ReplicaId(behind));
        _cluster.TickUntil(() => _cluster[behind].Replica(_info.Group).IsReadyToServe);
        var retry = Ok(_cluster.Produce(behind, _info, 7, 38, "v38"));
        Assert.Equal((38L, true), (retry.Offset, retry.IsDuplicate));
        Assert.Equal(40, Ok(_cluster.Produce(behind, _info, 7, 40, "v40")).Offset);
        Assert.Equal((ErrorCode.OffsetOutOfRange, 25L), (_cluster.Fetch(behind, _info, 24).Code, _cluster.Fetch(behind, _info, 24).FirstOffset));
        Assert.Equal(Enumerable.Range(25, 16).Select(i => $"v{i}"), _cluster.Fetch(behind, _info, 25).Values);
    }

    [Fact]
    public void Follower_RestartedAfterASnapshot_BeginsWithItAndGoesOn()
    {
        var leader = StartThree();
        var behind = leader == 3 ? 2 : 3;
        _cluster.Cut(behind);
        ProduceAndTrim(leader, upTo: 40, keepFrom: 40);
        _cluster.Heal(behind);
        _cluster.TickUntil(() => _cluster[behind].Partition(_info).HighWatermark == 40);
        var first = _cluster[behind].Replica(_info.Group).Log.FirstIndex;
        Assert.True(first > new LogIndex(1));
        _cluster.Restart(behind);
        Assert.True(_cluster[behind].Open(_info).Applied >= first.Previous);
        _cluster.Tick(5);
        Assert.Equal(40, Ok(_cluster.Produce(leader, _info, 7, 40, "v40")).Offset);
        _cluster.Tick(5);
        Assert.True(_cluster[leader].Partition(_info).Capture().Span.SequenceEqual(_cluster[behind].Partition(_info).Capture().Span));
    }

    [Fact]
    public void Snapshot_OverEntriesThatWereProposedHere_LeavesTheirOutcomeUnknown()
    {
        var leader = StartThree();
        Assert.Equal(0, Ok(_cluster.Produce(leader, _info, 7, 0, "v0")).Offset);
        _cluster.Cut(leader);
        var alone = _cluster.Produce(leader, _info, 8, 0, "alone");
        Assert.Null(alone.Code);
        var next = _cluster.AwaitLeader(_info.Group).Id;
        ProduceAndTrim(next, upTo: 40, keepFrom: 30);
        _cluster.Heal(leader);
        _cluster.TickUntil(() => _cluster[leader].Partition(_info).HighWatermark == 40);
        Assert.Equal(ErrorCode.NotLeader, alone.Code);

        // Nothing of it is left: the same batch is new to whoever leads.
        next = _cluster.AwaitLeader(_info.Group).Id;
        var again = Ok(_cluster.Produce(next, _info, 8, 0, "alone"));
        Assert.Equal((40L, false), (again.Offset, again.IsDuplicate));
    }

    [Fact]
    public void Metadata_AfterARestart_ComesFromTheCheckpointAndNotFromTheWholeLog()
    {
        var (leader, groups) = StartMetadata();
        for (var i = 0; i < 25; i++)
        {
            Propose(groups[leader - 1], new CreateTopicCommand($"t{i}", 1, 1, i + 1, [[1]]));
        }

        Propose(groups[leader - 1], new DeleteTopicCommand("t3"));
        _cluster.Tick(5);
        var before = groups[leader - 1].Snapshot;
        foreach (var id in All)
        {
            var log = _cluster[id].Replica(GroupId.Metadata).Log;
            Assert.True(log.FirstIndex > new LogIndex(10), $"broker {id}: the log begins at {log.FirstIndex}");
            _cluster.Restart(id);
            groups[id - 1] = _cluster[id].OpenMetadata(1, 2, 3);
            Assert.True(groups[id - 1].Snapshot.Version >= log.FirstIndex.Previous);
            Assert.Same(groups[id - 1].Snapshot, _cluster[id].Metadata);
            Assert.True(groups[id - 1].Snapshot.Topics.Count > 5);
        }

        leader = _cluster.AwaitLeader(GroupId.Metadata).Id;
        _cluster.Tick(5);
        foreach (var id in All)
        {
            Assert.Equal(
                MetadataText.Of(before),
                MetadataText.Of(groups[id - 1].Snapshot with { Version = before.Version }));
        }

        Propose(groups[leader - 1], new CreateTopicCommand("later", 1, 1, 100, [[1]]));
        Assert.Equal(before.NextGroupId, groups[leader - 1].Snapshot.Topics["later"].Partitions[0].Group);
    }

    [Fact]
    public async Task MetadataFollower_BehindTheTrimmedLog_TakesTheSnapshotAndTellsThoseWhoWait()
    {
        var (leader, groups) = StartMetadata();
        var behind = leader == 3 ? 2 : 3;
        _cluster.Cut(behind);
        for (var i = 0; i < 25; i++)
        {
            Propose(groups[leader - 1], new CreateTopicCommand($"t{i}", 1, 1, i + 1, [[1]]));
        }

        _cluster.Tick(5);
        var ahead = groups[leader - 1].Snapshot;
        var waiting = groups[behind - 1].WaitForVersionAsync(ahead.Version, TestContext.Current.CancellationToken);
        _cluster.Heal(behind);
        _cluster.TickUntil(() => groups[behind - 1].Snapshot.Version >= ahead.Version);
        await waiting;
        Assert.Equal(Metadata.MetadataText.Of(groups[leader - 1].Snapshot), MetadataText.Of(groups[behind - 1].Snapshot));
        Assert.Same(groups[behind - 1].Snapshot, _cluster[behind].Metadata);
    }

    private static HandReply Ok(HandReply reply)
    {
        Assert.Equal(ErrorCode.None, reply.Code);
        return reply;
    }

    private int StartThree()
    {
        foreach (var id in All)
        {
            _cluster.Start(id).Open(_info);
        }

        return _cluster.AwaitLeader(_info.Group).Id;
    }

    private (int Leader, MetadataGroup[] Groups) StartMetadata()
    {
        MetadataGroup[] groups = [.. All.Select(id => _cluster.Start(id).OpenMetadata(1, 2, 3))];
        var leader = _cluster.AwaitLeader(GroupId.Metadata).Id;
        Propose(groups[leader - 1], new RegisterBrokerCommand(new BrokerInfo(1, "h", 1, "p:1", "", "1", 1)));
        return (leader, groups);
    }

    private void Propose(MetadataGroup group, MetadataCommand command)
    {
        var result = group.Propose(MetadataCommandCodec.Encode(command));
        _cluster.Settle();
        Assert.True(result.IsCompletedSuccessfully && result.Result.IsOk, $"{command}: {result.Exception}");
    }

    private void ProduceAndTrim(int leader, int upTo, long keepFrom)
    {
        for (var i = (int)_cluster[leader].Partition(_info).HighWatermark; i < upTo; i++)
        {
            Ok(_cluster.Produce(leader, _info, 7, i, $"v{i}"));
            _cluster.Tick();
        }

        var trim = new TrimWork(_info, keepFrom) { DeadlineMilliseconds = long.MaxValue };
        _cluster[leader].Post(_info.Group, trim);
        _cluster.Tick(2);
        Assert.True(trim.Done.IsCompletedSuccessfully, $"{trim.Done.Exception}");
        Assert.Equal(keepFrom, trim.Done.Result);
    }
}
