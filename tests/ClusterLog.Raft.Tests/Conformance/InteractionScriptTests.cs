using System.Text;
using ClusterLog.Conformance;
using ClusterLog.Conformance.Interaction;

namespace ClusterLog.Raft.Tests.Conformance;

/// <summary>The runner of scripts itself: it must see differences, and understand what the files in the folder do not use.</summary>
public sealed class InteractionScriptTests
{
    private const string ThreeNodes = """
        add-nodes 3 voters=(1,2,3) index=10
        ----
        ok

        campaign 1
        ----
        ok

        stabilize
        ----
        ok


        """;

    [Theory]
    [InlineData("raft-state", "1: StateFollower (Voter) Term:1 Lead:1")]
    [InlineData("raft-log 1", "1/11 EntryNormal \"x\"")]
    [InlineData("status 1", "1: StateReplicate match=12 next=13")]
    [InlineData("stabilize", "> 2 handling Ready\n  HardState Term:1 Vote:1 Commit:12")]
    [InlineData("stabilize", "> 3 handling Ready\n  Lead:2 State:StateFollower")]
    [InlineData("propose 1 x", "raft proposal dropped")]
    [InlineData("add-nodes 1 voters=(4)", "ok")]
    public void Run_OutputThatDiffers_IsReported(string command, string expected)
        => Assert.Throws<ScriptDifferenceException>(() => Run($"{ThreeNodes}{command}\n----\n{expected}"));

    [Theory]
    [InlineData("no-such-command")]
    [InlineData("deliver-msgs 1 type=MsgNonsense")]
    [InlineData("campaign 9")]
    [InlineData("campaign")]
    [InlineData("propose-conf-change 1\nx7")]
    [InlineData("propose-conf-change 1 transition=sideways\nv2")]
    public void Run_NotOfTheLanguage_IsRefused(string command)
        => Assert.Throws<ScriptFormatException>(() => Run($"{ThreeNodes}{command}\n----\nok"));

    [Fact]
    public void Propose_AtFollower_TravelsToTheLeader() => Run(ThreeNodes + """
        propose 2 x
        ----
        ok

        deliver-msgs 1 type=MsgProp
        ----
        2->1 MsgProp Term:0 Log:0/0 Entries:[0/0 EntryNormal "x"]

        stabilize
        ----
        ok

        raft-log 3
        ----
        1/11 EntryNormal ""
        1/12 EntryNormal "x"
        """);

    [Fact]
    public void Propose_WithoutLeader_IsDropped() => Run("""
        add-nodes 2 voters=(1,2) index=10
        ----
        ok

        propose 1 x
        ----
        raft proposal dropped
        """);

    [Fact]
    public void DeliverMsgs_OfType_LeavesOtherTypesUnderWay() => Run("""
        add-nodes 2 voters=(1,2) index=10
        ----
        ok

        campaign 1
        ----
        ok

        process-ready 1
        ----
        ok

        deliver-msgs 2 type=MsgApp
        ----
        no messages

        raft-state
        ----
        1: StateCandidate (Voter) Term:1 Lead:0
        2: StateFollower (Voter) Term:0 Lead:0

        deliver-msgs 2 type=MsgVote
        ----
        1->2 MsgVote Term:1 Log:1/10

        raft-state
        ----
        1: StateCandidate (Voter) Term:1 Lead:0
        2: StateFollower (Voter) Term:1 Lead:0
        """);

    [Fact]
    public void AddNodes_WithoutIndex_FailsAsTheLanguageSays() => Run("""
        add-nodes 1 voters=(1)
        ----
        index must be specified as > 1 due to bootstrap
        """);

    [Theory]
    [InlineData("a\"b\\", "\"a\\\"b\\\\\"")]
    [InlineData("é\n\u0001", "\"é\\n\\x01\"")]
    public void QuotedText_Of_EscapesAsTheLanguageDoes(string text, string expected)
        => Assert.Equal(expected, QuotedText.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void QuotedText_Of_BytesThatAreNoText_AreShownAsBytes() => Assert.Equal("\"\\xffA\"", QuotedText.Of([0xff, 0x41]));

    private static void Run(string text)
    {
        var script = new InteractionScript();
        ScriptFile.Parse(text.Split('\n')).ForEach(script.Run);
    }
}
