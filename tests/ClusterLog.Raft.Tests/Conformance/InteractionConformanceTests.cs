using ClusterLog.Conformance.Interaction;

namespace ClusterLog.Raft.Tests.Conformance;

/// <summary>
/// Whole-group scripts against our cores. After every stabilize each node's term, vote, commit, role and leader must
/// agree with the script; so must its logs and the leader's view of its followers.
/// </summary>
public sealed class InteractionConformanceTests
{
    /// <summary>The one place for scripts that we do not run, each with its reason.</summary>
    private static readonly Dictionary<string, string> NotRun = new(StringComparer.Ordinal)
    {
        ["confchange_v2_add_double_auto.txt"] = "expects that a joint configuration is committed by the old voters alone; "
            + "ours asks both majorities from the moment it is appended (thesis 4.3), and the new ones are not there yet",
    };

    [Theory]
    [InlineData("async_storage_writes.txt")]
    [InlineData("campaign.txt")]
    [InlineData("checkquorum.txt")]
    [InlineData("confchange_v1_add_single.txt")]
    [InlineData("confchange_v2_add_single_auto.txt")]
    [InlineData("confchange_v2_replace_leader.txt")]
    [InlineData("heartbeat_resp_recovers_from_probing.txt")]
    [InlineData("lagging_commit.txt")]
    [InlineData("prevote.txt")]
    [InlineData("prevote_checkquorum.txt")]
    [InlineData("probe_and_replicate.txt")]
    [InlineData("replicate_pause.txt")]
    [InlineData("single_node.txt")]
    [InlineData("slow_follower_after_compaction.txt")]
    [InlineData("snapshot_succeed_via_app_resp.txt")]
    public void Script_Run_AgreesOnStatesLogsAndProgress(string file)
    {
        var result = InteractionScript.RunFile(Path.Combine(DataDrivenFile.Folder("interaction"), file));

        Assert.True(result.Passed, $"{file}: {result.Difference}");
    }

    [Fact]
    public void Scripts_EveryFile_IsRunOrListedWithItsReason()
    {
        var run = typeof(InteractionConformanceTests).GetMethod(nameof(Script_Run_AgreesOnStatesLogsAndProgress))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Select(data => (string)((InlineDataAttribute)data).Data[0]!);

        var files = Directory.GetFiles(DataDrivenFile.Folder("interaction"), "*.txt").Select(Path.GetFileName);

        Assert.Equal(files.Order(StringComparer.Ordinal), run.Concat(NotRun.Keys).Order(StringComparer.Ordinal));
    }
}
