using System.Globalization;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Conformance.Interaction;

/// <summary>
/// Changes of the members as words: <c>v1</c> adds a voter, <c>l2</c> a learner, <c>r3</c> removes and <c>u4</c>
/// updates.
/// </summary>
internal static class ChangeText
{
    /// <exception cref="ScriptFormatException">A word is none of these.</exception>
    public static List<MemberChange> Parse(string text)
        => [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(ParseOne)];

    private static MemberChange ParseOne(string word)
    {
        if (!int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            throw new ScriptFormatException($"{word} is no change of a member.");
        }

        var kind = word[0] switch
        {
            'v' => MemberChangeKind.AddVoter,
            'l' => MemberChangeKind.AddLearner,
            'r' => MemberChangeKind.Remove,
            'u' => MemberChangeKind.Update,
            _ => throw new ScriptFormatException($"{word} is no change of a member."),
        };
        return new MemberChange(kind, new ReplicaId(id));
    }
}
