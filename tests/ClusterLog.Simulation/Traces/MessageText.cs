using ClusterLog.Raft;

namespace ClusterLog.Simulation.Traces;

/// <summary>Messages between replicas as a reader wants them: the term, what is claimed, and entries as index/term kind.</summary>
internal static class MessageText
{
    public static string Of(RaftMessage message) => message switch
    {
        AppendRequest append =>
            $"term {append.Term} append after {append.PreviousIndex}/{append.PreviousTerm}, commit {append.Commit}: {Entries(append.Entries)}",
        AppendResponse { Rejected: true } rejection =>
            $"term {rejection.Term} REJECTS after {rejection.Index}, hint {rejection.HintIndex}/{rejection.HintTerm}",
        AppendResponse response => $"term {response.Term} holds {response.Index}",
        HeartbeatRequest heartbeat =>
            $"term {heartbeat.Term} heartbeat, commit {heartbeat.Commit}, round {heartbeat.Round}{Quiet(heartbeat.Quiet)}",
        HeartbeatResponse response => $"term {response.Term} hears, round {response.Round}{Quiet(response.Quiet)}",
        PreVoteRequest ask => $"term {ask.Term} PRE-VOTE? log ends {ask.LastIndex}/{ask.LastTerm}",
        PreVoteResponse answer => $"term {answer.Term} pre-vote {Granted(answer.Granted)}",
        VoteRequest ask =>
            $"term {ask.Term} VOTE? log ends {ask.LastIndex}/{ask.LastTerm}{(ask.IsTransfer ? ", transfer" : "")}",
        VoteResponse answer => $"term {answer.Term} vote {Granted(answer.Granted)}",
        InstallSnapshotRequest install =>
            $"term {install.Term} SNAPSHOT of {install.Snapshot.Index}/{install.Snapshot.Term}, next offset {install.Snapshot.NextOffset}",
        TimeoutNowRequest now => $"term {now.Term} CAMPAIGN NOW",
        ReadIndexRequest read => $"term {read.Term} read {read.Context}?",
        ReadIndexResponse read => $"term {read.Term} read {read.Context} at {read.Index}{(read.Refused ? " refused" : "")}",
        _ => message.ToString(),
    };

    private static string Entries(IReadOnlyList<LogEntry> entries)
    {
        if (entries.Count == 0)
        {
            return "nothing";
        }

        // Runs of the same term and kind.
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < entries.Count;)
        {
            var first = entries[i];
            var end = i + 1;
            while (end < entries.Count && entries[end].Term == first.Term && entries[end].Kind == first.Kind)
            {
                end++;
            }

            var last = entries[end - 1];
            text.Append(text.Length == 0 ? "" : ", ").Append(first.Index);
            text.Append(last.Index == first.Index ? "" : $"-{last.Index}").Append('/').Append(first.Term).Append(' ').Append(first.Kind);
            text.Append(first.Kind == EntryKind.Data ? $" at {first.BaseOffset}-{last.NextOffset - 1}" : "");
            i = end;
        }

        return text.ToString();
    }

    private static string Granted(bool granted) => granted ? "granted" : "REFUSED";

    private static string Quiet(bool quiet) => quiet ? ", quiet" : "";
}
