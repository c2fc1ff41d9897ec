using System.Globalization;
using System.Text;
using ClusterLog.Raft.Quorum;

namespace ClusterLog.Raft.Tests.Conformance;

/// <summary>Draws what each voter has acknowledged as bars, in the form of the conformance data.</summary>
internal static class QuorumDescription
{
    public const string Empty = "<empty majority quorum>";

    public static string Draw(IReadOnlyList<ReplicaId> voters, IAckedIndexes acked)
    {
        if (voters.Count == 0)
        {
            return Empty;
        }

        var text = new StringBuilder().Append(' ', voters.Count).Append("    idx\n");
        foreach (var voter in voters.Order())
        {
            var isKnown = acked.TryGetAcked(voter, out var index);
            var bar = voters.Count(other => IndexOf(other, acked) < IndexOf(voter, acked));
            text.Append(isKnown ? new string('x', bar) + ">" + new string(' ', voters.Count - bar)
                : "?" + new string(' ', voters.Count));
            text.Append(CultureInfo.InvariantCulture, $" {index.Value,5}    (id={voter.Value:x})\n");
        }

        return text.ToString();
    }

    private static LogIndex IndexOf(ReplicaId voter, IAckedIndexes acked)
    {
        acked.TryGetAcked(voter, out var index);
        return index;
    }
}
