using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests.Faults;

/// <summary>Faults that other systems had where their members changed; each is one scenario.</summary>
public sealed class MembershipFaultTests
{
    /// <summary>Fault 5: with the quorum changed at commit only, {2, 3} and {1, 4, 5} decide without each other.</summary>
    [Fact]
    public void Change_OldAndNewMajorityCutApart_OnlyOneSideCommits()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Join();
        cluster.Join();
        CutApart(cluster, [1, 4, 5], [2, 3]);

        cluster.Change(1, MemberChange.AddVoter(Id(4)), MemberChange.AddVoter(Id(5)));
        var lost = cluster.Propose(1);
        cluster.TickAll(3);
        Assert.Equal(lost.Index, cluster[4].Log.LastIndex);
        Assert.True(cluster.Core(1).Commit < lost.Index);

        cluster.TickAll(60);
        var leader = cluster.Leader!.Id.Value;
        Assert.Contains(leader, (int[])[2, 3]);
        var kept = cluster.Propose(leader);
        cluster.TickAll(3);
        Assert.True(cluster.Core(leader).Commit >= kept.Index);

        cluster.Network.Heal();
        cluster.TickAll(60);
        cluster.AssertConfiguration("voters=(1 2 3)", 1, 2, 3);
        Assert.Equal(kept, cluster[1].Log[kept.Index.Value]);
    }

    /// <summary>Rule 10: the active configuration is the latest appended one, and truncation takes it back.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Truncation_UncommittedChange_TakesTheConfigurationBack(bool restarts)
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Isolate(1);
        cluster.Change(1, MemberChange.AddVoter(Id(4)), MemberChange.Remove(Id(2)));
        cluster.Flush(1);
        if (restarts)
        {
            cluster.Crash(1);
            cluster.Restart(1);
        }

        cluster.AssertConfiguration("voters=(1 3 4)&&(1 2 3) autoleave", 1);
        Assert.NotEqual(LogIndex.Zero, cluster[1].Disk.DurableState.ConfigurationIndex);

        cluster.TickAll(40);
        var leader = cluster.Replicas.Where(replica => replica.Id != Id(1)).MaxBy(replica => replica.Core.Term)!.Core.Leader;
        cluster.Propose(leader.Value);
        cluster.Network.Heal();
        cluster.TickAll(40);

        cluster.AssertConfiguration("voters=(1 2 3)", 1, 2, 3);
        Assert.Equal(LogIndex.Zero, cluster.Core(1).ConfigurationIndex);
        Assert.Equal(LogIndex.Zero, cluster[1].Disk.DurableState.ConfigurationIndex);
    }

    /// <summary>Fault 19: wrong membership after a restart. Every step of a change is a place to crash at.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_InsideEveryStepOfAChange_FindsTheConfigurationOfTheLog(bool all)
    {
        var outcomes = new HashSet<string>();
        for (var steps = 0; steps < 40; steps++)
        {
            var cluster = new SimulatedCluster(3);
            cluster.Elect(1);
            cluster.Join();
            cluster.Change(1, MemberChange.AddVoter(Id(4)), MemberChange.Remove(Id(1)));
            cluster.Advance(steps);

            int[] crashed = all ? [1, 2, 3, 4] : [1 + (steps % 4)];
            cluster.Crash(crashed);
            cluster.Restart(crashed);
            Assert.All(crashed, id => Assert.Equal(
                cluster[id].Disk.DurableLog.LatestConfiguration(new LogIndex(ulong.MaxValue))?.Index ?? LogIndex.Zero,
                cluster.Core(id).ConfigurationIndex));

            cluster.TickAll(80);
            var leader = Assert.IsType<SimulatedReplica>(cluster.Leader);
            outcomes.Add(leader.Core.Configuration.ToString());
            var entry = cluster.Propose(leader.Id.Value);
            cluster.TickAll(5);
            foreach (var voter in leader.Core.Configuration.Voters)
            {
                Assert.Equal(leader.Core.Configuration, cluster.Core(voter.Value).Configuration);
                Assert.True(cluster.Core(voter.Value).Commit >= entry.Index, $"Step {steps}: {voter} lags behind.");
            }
        }

        // Either the change never got out, or it is complete: nothing stays half done.
        Assert.Subset(new HashSet<string> { "voters=(1 2 3)", "voters=(2 3 4)" }, outcomes);
        Assert.Contains("voters=(2 3 4)", outcomes);
    }

    /// <summary>Fault 19: a log that lost a configuration it once held must not be used.</summary>
    [Fact]
    public void Start_LogWithoutTheConfigurationThatWasWritten_BreaksTheInvariant()
    {
        var log = new ListRaftLog();
        log.Append([SingleCore.Entry(1, 1), SingleCore.Entry(2, 1)]);
        var state = new HardState(new Term(1), ReplicaId.None, 0, LogIndex.Zero, new LogIndex(2));

        var exception = Assert.Throws<RaftInvariantException>(() => Start(Id(1), log, state));
        Assert.Contains("knows one at 2", exception.Message, StringComparison.Ordinal);

        // A log that ends before it lost an unsynced tail, which is no fault.
        log.TruncateSuffix(new LogIndex(2));
        Assert.Equal("voters=(1 2 3)", Start(Id(1), log, state).Configuration.ToString());
    }

    [Fact]
    public void Start_HardStateOfAnotherIncarnation_BreaksTheInvariant()
    {
        var state = new HardState(new Term(1), ReplicaId.None, 1, LogIndex.Zero);

        Assert.Throws<RaftInvariantException>(() => Start(Id(1), new ListRaftLog(), state));
        Assert.Throws<RaftInvariantException>(() => Start(new ReplicaId(1, 2), new ListRaftLog(), state));
        Assert.Equal(1u, Start(new ReplicaId(1, 1), new ListRaftLog(), state).PendingHardState.Incarnation);
        Assert.Equal(7u, Start(new ReplicaId(1, 7), new ListRaftLog(), default).PendingHardState.Incarnation);
    }

    /// <summary>
    /// Fault 20: what replica 3 acknowledged before it lost its disk must not count for the replica that took its place.
    /// </summary>
    [Fact]
    public void Step_DelayedResponseOfAnOldIncarnation_IsDropped()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Network.Loses = message => message.To == Id(2);
        var entry = cluster.Propose(1);
        cluster.Flush(1);
        foreach (var request in cluster.Network.Capture(message => message.To == Id(3)))
        {
            cluster.Deliver(request);
        }

        cluster.Flush(3);
        var delayed = cluster.Network.Capture(message => message is AppendResponse { Rejected: false } && message.From == Id(3));
        Assert.Contains(delayed, message => message is AppendResponse response && response.Index == entry.Index);

        // While it is away, 2 is what the leader can count on; then the new one comes in, without its predecessor's log.
        var reborn = cluster.LoseDisk(3);
        cluster.Network.Heal();
        cluster.TickAll(2);
        Assert.Equal(entry.Index, cluster.Core(1).Commit);
        cluster.Network.Loses = message => message.To == reborn || message.From == reborn || message.To == Id(2);
        cluster.Network.Heal();
        cluster.Change(1, MemberChange.Remove(Id(3)), MemberChange.AddLearner(reborn));
        cluster.TickAll(3);
        cluster.Change(1, MemberChange.AddVoter(reborn));
        cluster.Network.Loses = message => message.To == reborn || message.From == reborn;
        cluster.TickAll(1);
        var match = cluster.Core(1).Progress(reborn).Match;

        var refused = cluster.Core(1).RefusedMessages;
        foreach (var response in delayed)
        {
            cluster.Deliver(response);
        }

        Assert.Equal(refused + delayed.Count, cluster.Core(1).RefusedMessages);
        Assert.Equal(match, cluster.Core(1).Progress(reborn).Match);
        Assert.Throws<ArgumentException>(() => cluster.Core(1).Progress(Id(3)));
    }

    /// <summary>A message to the incarnation before is not for the replica that lives there now.</summary>
    [Fact]
    public void Step_RequestToAnOldIncarnation_IsDropped()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        var reborn = cluster.LoseDisk(3);

        cluster.TickAll(20);

        // The group goes on with two; the third hears nothing until it is taken in under its new name.
        Assert.Equal(reborn, cluster.Core(3).PendingHardState is { Term.Value: 0 } ? cluster[3].Id : default);
        Assert.True(cluster.Core(3).RefusedMessages > 0);
        Assert.False(cluster.Core(3).IsPromotable);
        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
    }

    /// <summary>A driver knows brokers, not incarnations: what it says of a broker holds for the replica there.</summary>
    [Fact]
    public void PeerDownAndUp_OfABroker_ReachTheIncarnationThatIsAMember()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        var reborn = cluster.LoseDisk(3);
        cluster.Change(1, MemberChange.Remove(Id(3)), MemberChange.AddLearner(reborn));
        cluster.TickAll(3);
        Assert.Equal(FollowerState.Replicate, cluster.Core(1).Progress(reborn).State);

        cluster.Core(1).PeerDown(Id(3));
        Assert.Equal(FollowerState.Probe, cluster.Core(1).Progress(reborn).State);
        cluster.Core(1).PeerUp(Id(3));
        cluster.Settle();
        Assert.Equal(FollowerState.Replicate, cluster.Core(1).Progress(reborn).State);

        cluster.Core(3).PeerDown(new ReplicaId(1, 9));
        Assert.True(cluster.Core(3).Leader.IsNone);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Removed_ReplicaThatNeverHeardOfIt_DoesNotDisturb(bool isCutOff)
    {
        var cluster = new SimulatedCluster(4);
        cluster.Elect(1);
        if (isCutOff)
        {
            cluster.Isolate(4);
        }

        cluster.Change(1, MemberChange.Remove(Id(4)));
        cluster.TickAll(3);
        cluster.Network.Heal();
        var term = cluster.Core(1).Term;

        cluster.TickAll(200);

        Assert.Equal(term, cluster.Core(1).Term);
        Assert.Equal(RaftRole.Leader, cluster.Core(1).Role);
        cluster.AssertConfiguration("voters=(1 2 3)", 1, 2, 3);
    }

    /// <summary>
    /// Thesis 4.2.2: the leader of two removes itself, and crashes when nobody else has heard of it. The other cannot be
    /// elected with a shorter log; only the removed one can, to finish what it began.
    /// </summary>
    [Fact]
    public void Removed_LeaderOfTwoCrashesBeforeItTold_IsElectedOnceMoreToFinish()
    {
        var cluster = new SimulatedCluster(2);
        cluster.Elect(1);
        cluster.Change(1, MemberChange.Remove(Id(1)));
        cluster.Network.Loses = _ => true;
        cluster.Flush(1);
        cluster.Crash(1);
        cluster.Network.Heal();
        cluster.Restart(1);
        cluster.AssertConfiguration("voters=(2)", 1);
        cluster.AssertConfiguration("voters=(1 2)", 2);

        cluster.TickAll(80);

        cluster.AssertConfiguration("voters=(2)", 1, 2);
        Assert.Equal(RaftRole.Leader, cluster.Core(2).Role);
        Assert.True(cluster.Core(2).IsReady);
        Assert.False(cluster.Core(1).IsPromotable);
    }

    /// <summary>A follower that missed the change must not be deaf to a leader that the change brought.</summary>
    [Fact]
    public void Step_LeaderThatIsNotInOurConfiguration_IsHeard()
    {
        var cluster = new SimulatedCluster(3);
        cluster.Elect(1);
        cluster.Join();
        cluster.Join();
        cluster.Isolate(3);
        cluster.Change(1, MemberChange.AddVoter(Id(4)), MemberChange.AddVoter(Id(5)));
        cluster.TickAll(3);
        cluster.Core(1).TransferLeadership(Id(5));
        cluster.TickAll(3);
        Assert.Equal(RaftRole.Leader, cluster.Core(5).Role);
        cluster.AssertConfiguration("voters=(1 2 3)", 3);

        // Its votes are needed: of five only two others are left.
        cluster.Crash(2, 4);
        cluster.Network.Heal();
        cluster.TickAll(60);

        cluster.AssertConfiguration("voters=(1 2 3 4 5)", 1, 3, 5);
        var entry = cluster.Propose(cluster.Leader!.Id.Value);
        cluster.TickAll(3);
        Assert.True(cluster.Core(3).Commit >= entry.Index);
    }

    /// <summary>A promotion that its learner has not heard of needs the learner's vote all the same.</summary>
    [Fact]
    public void Step_VoteRequestToALearner_IsAnswered()
    {
        var cluster = new SimulatedCluster(2);
        cluster.Elect(1);
        cluster.Join();
        cluster.Change(1, MemberChange.AddLearner(Id(3)));
        cluster.TickAll(3);
        cluster.Network.Loses = message => message.To == Id(3);
        cluster.Change(1, MemberChange.AddVoter(Id(3)));
        cluster.TickAll(3);
        cluster.AssertConfiguration("voters=(1 2) learners=(3)", 3);
        cluster.AssertConfiguration("voters=(1 2 3)", 1, 2);

        cluster.Crash(1);
        cluster.Network.Heal();
        cluster.TickAll(60);

        Assert.Equal(RaftRole.Leader, cluster.Core(2).Role);
        cluster.AssertConfiguration("voters=(1 2 3)", 3);
    }

    [Fact]
    public void Step_AppendWithAnUnreadableConfiguration_IsRefused()
    {
        var single = new SingleCore(term: 1, entryTerms: [1]);
        var request = SingleCore.Append(2, term: 1, previousIndex: 1, previousTerm: 1, commit: 0, 1);
        var entry = request.Entries[0] with { Kind = EntryKind.Configuration, Payload = new byte[] { 1, 2, 3 } };

        var output = single.Step(request with { Entries = [entry] });

        Assert.Empty(output.Entries);
        Assert.Equal(1, single.Core.RefusedMessages);
        Assert.Equal(1UL, single.Log.LastIndex.Value);
    }

    /// <summary>
    /// The hard state leads its write, and a crash may keep it alone: it must not claim a configuration at an index
    /// where the disk still holds the entry that is about to be replaced.
    /// </summary>
    [Fact]
    public void TakeOutput_ConfigurationReplacesAnotherEntry_ClaimsItOnlyOnceItIsWritten()
    {
        var single = new SingleCore(term: 1, entryTerms: [1, 1, 1]);
        var configuration = ConfigurationCodec.Write(Configuration.Of(Id(1), Id(2)));
        var request = SingleCore.Append(2, term: 2, previousIndex: 1, previousTerm: 1, commit: 0, 2, 2);
        var entry = request.Entries[1] with { Kind = EntryKind.Configuration, Payload = configuration };

        var output = single.Step(request with { Entries = [request.Entries[0], entry] });

        Assert.Equal(LogIndex.Zero, output.HardState?.ConfigurationIndex);
        Assert.Equal(2, output.Entries.Count);
        Assert.True(single.Core.HasOutput);
        Assert.Equal(new LogIndex(3), single.Core.TakeOutput().HardState?.ConfigurationIndex);
        Assert.False(single.Core.HasOutput);
    }

    private static ReplicaId Id(int id) => new(id);

    private static RaftCore Start(ReplicaId self, ListRaftLog log, HardState state)
        => new(new RaftOptions(), self, [Id(1), Id(2), Id(3)], log, state, LogIndex.Zero, new Random(1));

    private static void CutApart(SimulatedCluster cluster, int[] one, int[] other)
    {
        foreach (var left in one)
        {
            foreach (var right in other)
            {
                cluster.Network.Cut(left, right);
            }
        }
    }
}
