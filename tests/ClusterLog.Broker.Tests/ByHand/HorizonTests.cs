using System.Buffers.Binary;
using System.Text;
using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Compaction.Keys;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Raft;
using ClusterLog.Raft.Membership;
using ClusterLog.Storage;
using ClusterLog.Storage.Compaction;

namespace ClusterLog.Broker.Tests.ByHand;

/// <summary>Marks of deleted keys: they go on every replica, never too early, and no key comes back to life.</summary>
public sealed class HorizonTests : IDisposable
{
    private const long GraceMs = 10_000;

    private static readonly int[] Founders = [1, 2, 3];

    // All stays in memory as well, as it does in a cluster with room.
    private readonly HandCluster _cluster = new() { TailBytesMax = 1 << 20 };
    private readonly PartitionInfo _info = HandCluster.Info(Founders) with
    {
        Config = new TopicConfig { Cleanup = CleanupPolicy.Compact, TombstoneGraceMs = GraceMs },
    };

    private int _sequence;

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Tombstone_OnceAllAreCleanAndTheGraceIsOver_GoesOnAllReplicas()
    {
        var leader = StartThree();
        Put(leader, "kept", "v");
        Put(leader, "gone", "v");
        Put(leader, "gone", null);
        Array.ForEach(Founders, id => Compact(id));
        Assert.Equal(["kept=v", "gone=nil"], Records(leader));
        Assert.True(Survey(leader, Founders));
        Assert.Equal((0, 3), (Partition(leader).Horizon.Effective, Partition(leader).Horizon.Pending));
        Array.ForEach(Founders, id => Compact(id));
        Assert.Equal(["kept=v", "gone=nil"], Records(leader));
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(GraceMs));
        leader = _cluster.AwaitLeader(_info.Group).Id;
        Array.ForEach(Founders, id => Compact(id));
        Assert.All(Founders, id => Assert.Equal(["kept=v"], Records(id)));
        Assert.Single(Founders.Select(id => Partition(id).Capture().Span.ToArray()).Select(Convert.ToHexString).Distinct());
    }

    [Fact]
    public void Horizon_WhileAMemberHasNotAnsweredOrIsDirty_DoesNotMove()
    {
        var leader = StartThree();
        Put(leader, "gone", "v");
        Put(leader, "gone", null);
        var others = Founders.Where(id => id != leader).ToArray();
        Compact(leader);
        Compact(others[0]);
        Assert.False(Survey(leader, [others[0]]));
        Assert.False(Survey(leader, others));
        Compact(others[1]);
        Assert.True(Survey(leader, others));
        Assert.Equal(2, Partition(leader).Horizon.Pending);

        // What is pending must be over before more can be.
        Put(leader, "other", "v");
        Array.ForEach(Founders, id => Compact(id));
        Assert.False(Survey(leader, others));
        _cluster.Tick((int)(GraceMs / 100));
        Assert.True(Survey(leader, others));
        Assert.Equal((2, 3), (Partition(leader).Horizon.Effective, Partition(leader).Horizon.Pending));
    }

    [Fact]
    public void Horizon_WhenTheMembersChangeWhileTheyAreAsked_IsNotProposed()
    {
        var leader = StartThree();
        Put(leader, "gone", "v");
        Put(leader, "gone", null);
        Array.ForEach(Founders, id => Compact(id));
        var survey = Partition(leader).BeginSurvey(UnixNow)!;
        Array.ForEach(Founders, id => survey.Add(new ReplicaId(id), Partition(id).CleanTo));
        Assert.Equal(2, survey.CleanTo);
        _cluster.Start(4).Open(_info, incarnation: 9);
        Change(leader, MemberChange.AddLearner(new ReplicaId(4, 9)));
        Assert.False(Partition(leader).EndSurvey(survey, UnixNow));

        // As long as it is not as the metadata wants it nothing is asked; then the new one counts, under its own name only.
        Assert.Null(Partition(leader).BeginSurvey(UnixNow));
        Change(leader, MemberChange.AddVoter(new ReplicaId(4, 9)));
        Assert.Null(Partition(leader).BeginSurvey(UnixNow));
        Partition(leader).Follow(_info with { Replicas = [.. _info.Replicas, new ReplicaId(4, 9)] });
        Assert.False(Survey(leader, Founders));
        survey = Partition(leader).BeginSurvey(UnixNow)!;
        Array.ForEach(Founders, id => survey.Add(new ReplicaId(id), 2));
        survey.Add(new ReplicaId(4, 8), 2);
        Assert.Null(survey.CleanTo);
        Compact(4);
        Assert.True(Survey(leader, [1, 2, 3, 4]));
    }

    [Fact]
    public void CompactedReplica_ServesWhatItsSegmentsHold_ThoughMemoryHeldMore()
    {
        var leader = StartThree();
        Put(leader, "k", "old");
        Put(leader, "k", "new");
        Assert.Equal(["k=old", "k=new"], Records(leader));
        Compact(leader);
        Assert.Equal(["k=new"], Records(leader));
        Assert.Equal(2, Partition(leader).CleanTo);
    }

    [Fact]
    public void Follower_OfPiecesOfTwoLeaders_NeverHasADeletedKey()
    {
        var leader = StartThree();
        Put(leader, "k", "alive");
        Put(leader, "other", "v");
        var apart = Founders.Last(id => id != leader);
        var next = Founders.Single(id => id != leader && id != apart);
        Assert.Equal(["k=alive", "other=v"], Records(apart));

        // One has the first piece only, while the others compact, again and again.
        _cluster.Cut(apart);
        Put(leader, "k", null);
        Put(leader, "other", "w");
        for (var i = 0; i < 3; i++)
        {
            Compact(leader);
            Compact(next);
            Survey(leader, [leader, next]);
            _cluster.Tick((int)(GraceMs / 100));
            leader = _cluster.AwaitLeader(_info.Group).Id;
        }

        // It gets the rest from what those have left, of whom the first is not there any more.
        _cluster.Heal(apart);
        _cluster.Tick(5);
        Lead(next);
        AssertDead(apart, "k");
        var order = new[] { next, apart, Founders.Single(id => id != next && id != apart) };
        Array.ForEach(order, id => Compact(id));
        Assert.True(Survey(next, order));
        _cluster.Tick((int)(GraceMs / 100));
        Array.ForEach(order, id => Compact(id));
        Assert.All(order, id => Assert.Equal(["other=w"], Records(id)));

        // Whoever comes in later gets it from them.
        _cluster.Start(4).Open(_info, incarnation: 9);
        Change(_cluster.AwaitLeader(_info.Group).Id, MemberChange.AddLearner(new ReplicaId(4, 9)));
        _cluster.TickUntil(() => Partition(4).HighWatermark == 4);
        Assert.Equal(["other=w"], Records(4));
        Assert.Equal(Partition(next).Horizon, Partition(4).Horizon);
    }

    [Fact]
    public void Learner_BeforeTheChangeThatBringsItIn_IsSentNothing()
    {
        var leader = StartThree();
        Put(leader, "k", "v");
        _cluster.Start(4).Open(_info, incarnation: 9);
        Array.ForEach(Founders.Where(id => id != leader).ToArray(), _cluster.Cut);
        var work = new ChangeMembersWork(_info.Group, new ConfigurationChange(MemberChange.AddLearner(new ReplicaId(4, 9))))
        {
            DeadlineMilliseconds = long.MaxValue,
        };
        _cluster[leader].Post(_info.Group, work);
        _cluster.Tick(3);
        Assert.True(_cluster[leader].Replica(_info.Group).Configuration.Contains(new ReplicaId(4, 9)));
        Assert.Equal(LogIndex.Zero, _cluster[4].Replica(_info.Group).Log.LastIndex);
        Array.ForEach(Founders, _cluster.Heal);
        _cluster.TickUntil(() => work.Done.IsCompleted && _cluster[4].Replica(_info.Group).Log.LastIndex > LogIndex.Zero);
    }

    [Fact]
    public void Replica_WithABatchThatCannotBeTakenApart_IsCleanBeforeItOnly()
    {
        var leader = StartThree();
        Put(leader, "k", "v");
        var batch = BatchOf("k", "of a later version");

        // One field more than this version knows, in its only record.
        batch = [.. batch, 0xc0];
        batch[RecordBatchHeader.Size]++;
        BinaryPrimitives.WriteInt32LittleEndian(batch.AsSpan(RecordBatchHeader.LengthAt), batch.Length);
        RecordBatchHeader.Seal(batch);
        Assert.Equal(ErrorCode.None, _cluster.Produce(leader, _info, batch).Code);
        Put(leader, "k", null);
        Assert.Equal((3, 1), (Compact(leader).To, Partition(leader).CleanTo));
        Assert.Equal(["k=of a later version", "k=nil"], Records(leader));
    }

    [Fact]
    public void DropTombstones_OnceTheHorizonHasPassed_TakesThoseAndLeavesTheRest()
    {
        var leader = StartThree();
        for (var i = 0; i < 40; i++)
        {
            Put(leader, $"key-{i}", new string('x', 300));
        }

        for (var i = 0; i < 40; i += 4)
        {
            Put(leader, $"key-{i}", null);
            Put(leader, "other", new string('x', 400));
        }

        var earlier = Compact(leader);
        Assert.Equal((60, 40), (earlier.To, earlier.Remaining.First));
        var log = _cluster[leader].Storage.CompactionOf(_info.Group, new Unhurried())!;
        var compactor = new PartitionCompactor(new OffsetMap(1 << 16));
        var some = Run(leader, compactor.DropTombstonesAsync(log, earlier, 50, CancellationToken.None));
        Assert.Equal((5, 50, 60), (some.Tombstones, some.Remaining.First, some.To));
        Assert.Equal(5, Records(leader).Count(record => record.EndsWith("=nil", StringComparison.Ordinal)));
        var none = Run(leader, compactor.DropTombstonesAsync(log, some, 50, CancellationToken.None));
        Assert.Equal((0, 50), (none.Tombstones, none.Remaining.First));
        var all = Run(leader, compactor.DropTombstonesAsync(log, none, 1_000, CancellationToken.None));
        Assert.Equal((5, true), (all.Tombstones, all.Remaining.IsEmpty));
        Assert.Equal(31, Records(leader).Count);
    }

    [Fact]
    public void Restart_WithAHorizon_KeepsIt()
    {
        var leader = StartThree();
        Put(leader, "gone", "v");
        Put(leader, "gone", null);
        Array.ForEach(Founders, id => Compact(id));
        Assert.True(Survey(leader, Founders));
        var horizon = Partition(leader).Horizon;
        for (var i = 0; i < 20; i++)
        {
            // Until a checkpoint has it, too.
            Put(leader, "other", $"{i}");
            _cluster.Tick();
        }

        Array.ForEach(Founders, id => _cluster.Restart(id).Open(_info));
        leader = _cluster.AwaitLeader(_info.Group).Id;
        Assert.All(Founders, id => Assert.Equal(horizon, Partition(id).Horizon));
        Assert.Equal(0, Partition(leader).CleanTo);
        Assert.Null(Partition(leader).BeginSurvey(UnixNow));
    }

    [Fact]
    public void Discard_OfALogThatAnotherHasLeft_LeavesNothingThatComesBack()
    {
        var leader = StartThree();
        Put(leader, "k", "v");
        _cluster.Tick(2);
        var left = Founders.First(id => id != leader);
        var storage = _cluster[left].Storage;
        var replica = _cluster[left].Replica(_info.Group);
        replica.Stop("it has moved away");
        _cluster[left].Shard.Release(replica);
        PartitionLog? log = null;
        storage.Discard(_info.Group, incarnation: 0);
        storage.Reopen(_info.Group, made => log = made);
        _cluster.TickUntil(() =>
        {
            storage.Scrubber.RunOnce();
            return log is not null;
        });
        Assert.Equal(LogIndex.Zero, log!.LastIndex);
        Assert.NotEqual(replica.Log.Life, log.Life);
        _cluster.Restart(left);
        Assert.False(_cluster[left].Storage.Holds(_info.Group));
        Assert.True(_cluster[left].Storage.HasLostIdentity(_info.Group));
    }

    private static string Text(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some ? Encoding.UTF8.GetString(some.Span) : "nil";

    private long UnixNow => _cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private Broker.Partitions.Partition Partition(int broker) => _cluster[broker].Partition(_info);

    private void Put(int leader, string key, string? value) =>
        Assert.Equal(ErrorCode.None, _cluster.Produce(leader, _info, BatchOf(key, value)).Code);

    private byte[] BatchOf(string key, string? value)
    {
        using var builder = new RecordBatchBuilder();
        ReadOnlyMemory<byte>? bytes = value is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(value);
        builder.Append(1_700_000_000_000, Encoding.UTF8.GetBytes(key), bytes);
        return builder.Build(7, 0, _sequence++).ToArray();
    }

    /// <summary>Compacts all that a broker has, as it may by what its replica knows.</summary>
    private CompactionOutcome Compact(int broker)
    {
        // What waits goes on where it is completed.
        SynchronizationContext.SetSynchronizationContext(null);
        _cluster.Tick(2);
        var storage = _cluster[broker].Storage;
        var log = storage.CompactionOf(_info.Group, new Unhurried())!;
        log.EndGrowing();
        _cluster.Settle();
        var horizon = Partition(broker).Horizon.At(UnixNow, GraceMs);
        var compactor = new PartitionCompactor(new OffsetMap(1 << 16));
        var outcome = Run(broker, compactor.RunAsync(log, 0, horizon, CancellationToken.None));
        Partition(broker).NoteClean(log.Life, outcome.CleanTo);
        return outcome;
    }

    private CompactionOutcome Run(int broker, Task<CompactionOutcome> run)
    {
        while (!run.IsCompleted)
        {
            Assert.True(_cluster[broker].Storage.SegmentWriter.RunOnce());
        }

        return run.GetAwaiter().GetResult();
    }

    private bool Survey(int leader, int[] answering)
    {
        if (Partition(leader).BeginSurvey(UnixNow) is not { } survey)
        {
            return false;
        }

        foreach (var id in answering)
        {
            survey.Add(_cluster[id].Replica(_info.Group).Identity, Partition(id).CleanTo);
        }

        var isProposed = Partition(leader).EndSurvey(survey, UnixNow);
        _cluster.Tick(2);
        return isProposed;
    }

    /// <summary>Every record that a replica holds and has applied.</summary>
    private List<string> Records(int broker)
    {
        var found = new List<string>();
        for (var position = LogIndex.Zero; ;)
        {
            var some = AppliedEntries.Behind(_cluster[broker].Shard, _info.Group, position)!.Read();
            if (some.Count == 0)
            {
                return found;
            }

            foreach (var entry in some.Where(entry => entry.Kind == EntryKind.Data))
            {
                Assert.True(RecordBatchReader.TryOpen(entry.Payload, out var reader).IsValid);
                while (reader.TryRead(out var record))
                {
                    found.Add($"{Text(record.Key)}={Text(record.Value)}");
                }
            }

            position = some[^1].Index;
        }
    }

    private void AssertDead(int broker, string key)
    {
        var last = Records(broker).LastOrDefault(record => record.StartsWith(key + "=", StringComparison.Ordinal));
        Assert.True(last is null || last == key + "=nil", last);
    }

    private void Lead(int broker)
    {
        _cluster.AwaitLeader(_info.Group).Replica(_info.Group).TransferLeadership(new ReplicaId(broker));
        _cluster.TickUntil(() => _cluster[broker].Replica(_info.Group).IsReadyToServe);
    }

    private void Change(int leader, params MemberChange[] members) =>
        _cluster.ChangeMembers(leader, _info.Group, members);

    private int StartThree()
    {
        foreach (var id in Founders)
        {
            _cluster.Start(id).Open(_info);
        }

        return _cluster.AwaitLeader(_info.Group).Id;
    }

    private sealed class Unhurried : IPace
    {
        public ValueTask SpendAsync(long bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
