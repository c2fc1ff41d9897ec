namespace ClusterLog.Conformance.Interaction;

/// <summary>Draws logs, states and progress as the script language does.</summary>
internal static class StateDrawing
{
    public static string Log(ScriptLog log)
        => log.Entries.Count == 0
            ? $"log is empty: first index={log.FirstIndex}, last index={log.LastIndex}"
            : string.Join('\n', log.Entries.Select(Entry));

    public static string States(IReadOnlyList<ScriptNode> nodes) => string.Join('\n', nodes.Select(node =>
        $"{node.Id}: State{node.Core.Role} (Voter) Term:{node.Core.Term} Lead:{node.Core.Leader}"));

    /// <summary>A leader's view of the members; nobody else has one.</summary>
    public static string Status(ScriptNode node, IReadOnlyList<ScriptNode> nodes)
        => node.IsLeader ? string.Join('\n', nodes.Select(other => Member(node, other))) : string.Empty;

    private static string Entry(LogEntry entry)
        => $"{entry.Term}/{entry.Index} EntryNormal {QuotedText.Of(entry.Payload.Span)}";

    private static string Member(ScriptNode leader, ScriptNode other)
    {
        var progress = leader.Core.Progress(new ReplicaId(other.Id));
        if (other == leader)
        {
            return $"{other.Id}: StateReplicate match={progress.Match} next={progress.Match.Next}";
        }

        var text = $"{other.Id}: State{progress.State} match={progress.Match} next={progress.Next}";
        text += progress.Paused ? " paused" : string.Empty;
        text += progress.RecentlyActive ? string.Empty : " inactive";
        text += progress.InflightMessages > 0 ? $" inflight={progress.InflightMessages}" : string.Empty;
        return text + (progress.InflightFull ? "[full]" : string.Empty);
    }
}
