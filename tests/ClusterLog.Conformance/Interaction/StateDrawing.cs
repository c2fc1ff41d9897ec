namespace ClusterLog.Conformance.Interaction;

/// <summary>Draws states and progress as the script language does.</summary>
internal static class StateDrawing
{
    public static string States(IEnumerable<ScriptNode> nodes) => string.Join('\n', nodes.Select(State));

    /// <summary>A leader's view of the members; nobody else has one.</summary>
    public static string Status(ScriptNode node)
        => node.IsLeader
            ? string.Join('\n', node.Core.Configuration.Members.ToArray().Select(member => Member(node, member)))
            : string.Empty;

    private static string State(ScriptNode node)
    {
        // The language's nodes take a configuration up when they apply it, ours when they append it (thesis 4.1).
        var core = node.Core;
        var membership = node.AppliedConfiguration.IsVoter(new ReplicaId(node.Id)) ? "Voter" : "Non-Voter";
        return $"{node.Id}: State{core.Role} ({membership}) Term:{core.Term} Lead:{core.Leader}";
    }

    private static string Member(ScriptNode leader, ReplicaId member)
    {
        var progress = leader.Core.Progress(member);
        var learner = leader.Core.Configuration.IsLearner(member) ? " learner" : string.Empty;
        if (member.Value == leader.Id)
        {
            return $"{member}: StateReplicate match={progress.Match} next={progress.Match.Next}{learner}";
        }

        var text = $"{member}: State{progress.State} match={progress.Match} next={progress.Next}{learner}";
        text += progress.Paused ? " paused" : string.Empty;
        text += progress.PendingSnapshot > LogIndex.Zero ? $" pendingSnap={progress.PendingSnapshot}" : string.Empty;
        text += progress.RecentlyActive ? string.Empty : " inactive";
        text += progress.InflightMessages > 0 ? $" inflight={progress.InflightMessages}" : string.Empty;
        return text + (progress.InflightFull ? "[full]" : string.Empty);
    }
}
