using System.Globalization;
using ClusterLog.Raft.Membership;
using ClusterLog.Raft.Replication;
using ClusterLog.Testing;

namespace ClusterLog.Raft.Tests.Membership;

/// <summary>
/// Membership changes against the conformance data: after every command the configuration and the progress of its
/// members must match, and every command that must fail must fail with the same words.
/// </summary>
public sealed class ConfigurationConformanceTests
{
    private static readonly RaftOptions Options = new();

    [Theory]
    [InlineData("joint_autoleave.txt")]
    [InlineData("joint_idempotency.txt")]
    [InlineData("joint_learners_next.txt")]
    [InlineData("joint_safety.txt")]
    [InlineData("simple_idempotency.txt")]
    [InlineData("simple_promote_demote.txt")]
    [InlineData("simple_safety.txt")]
    [InlineData("update.txt")]
    [InlineData("zero.txt")]
    public void Change_EveryCommandOfFile_GivesTheExpectedConfigurationAndProgress(string file)
    {
        if (RepositoryRoot.ConformancePath is not { } root || !Directory.Exists(Path.Combine(root, "raft", "confchange")))
        {
            Assert.Skip("The conformance data raft/confchange is not beside this checkout.");
            return;
        }

        var commands = Read(Path.Combine(root, "raft", "confchange", file));
        var tracker = new ReplicationTracker(Options, new ReplicaId(1000), Configuration.Empty);
        Assert.NotEmpty(commands);
        for (var i = 0; i < commands.Count; i++)
        {
            var (line, command, input, expected) = commands[i];
            var actual = Run(tracker, command, input, new LogIndex((ulong)i));
            Assert.True(expected == actual, $"{file}:{line} expected:\n{expected}\nfound:\n{actual}");
        }
    }

    private static string Run(ReplicationTracker tracker, string command, string input, LogIndex lastIndex)
    {
        MemberChange[] changes = [.. input.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseChange)];
        var result = command switch
        {
            "simple" => ConfigurationChanger.Simple(tracker.Configuration, changes),
            "enter-joint" or "enter-joint autoleave=false" =>
                ConfigurationChanger.EnterJoint(tracker.Configuration, autoLeave: false, changes),
            "enter-joint autoleave=true" =>
                ConfigurationChanger.EnterJoint(tracker.Configuration, autoLeave: true, changes),
            "leave-joint" => ConfigurationChanger.LeaveJoint(tracker.Configuration),
            _ => throw new InvalidOperationException($"The command '{command}' is not known."),
        };
        if (result.Configuration is not { } configuration)
        {
            return result.Error!;
        }

        tracker.Apply(configuration, lastIndex);
        return string.Join('\n', [configuration.ToString(), .. Describe(tracker)]);
    }

    private static List<string> Describe(ReplicationTracker tracker)
    {
        var lines = new List<string>();
        foreach (var member in tracker.Members)
        {
            var state = member.IsReplicating ? "StateReplicate" : "StateProbe";
            var learner = tracker.Configuration.IsLearner(member.Id) ? " learner" : string.Empty;
            var paused = member.IsPaused ? " paused" : string.Empty;
            var inactive = member.IsRecentlyActive ? string.Empty : " inactive";
            lines.Add($"{member.Id}: {state} match={member.Match} next={member.Next}{learner}{paused}{inactive}");
        }

        return lines;
    }

    private static MemberChange ParseChange(string word)
    {
        var kind = word[0] switch
        {
            'v' => MemberChangeKind.AddVoter,
            'l' => MemberChangeKind.AddLearner,
            'r' => MemberChangeKind.Remove,
            'u' => MemberChangeKind.Update,
            _ => throw new InvalidOperationException($"The change '{word}' is not known."),
        };
        return new MemberChange(kind, new ReplicaId(int.Parse(word[1..], CultureInfo.InvariantCulture)));
    }

    private static List<(int Line, string Command, string Input, string Expected)> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var commands = new List<(int, string, string, string)>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 || lines[i].StartsWith('#'))
            {
                continue;
            }

            var start = i;
            var input = new List<string>();
            for (i++; lines[i] != "----"; i++)
            {
                input.Add(lines[i]);
            }

            var expected = new List<string>();
            for (i++; i < lines.Length && lines[i].Length > 0; i++)
            {
                expected.Add(lines[i]);
            }

            commands.Add((start + 1, lines[start].Trim(), string.Join(' ', input), string.Join('\n', expected)));
        }

        return commands;
    }
}
