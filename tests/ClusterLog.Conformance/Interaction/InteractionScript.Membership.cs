using ClusterLog.Raft.Membership;

namespace ClusterLog.Conformance.Interaction;

internal sealed partial class InteractionScript
{
    private const string LeaveText = "EntryConfChangeV2";

    private readonly Dictionary<(Term Term, LogIndex Index), string> _changes = [];

    private Outcome AddNodes(Directive directive)
    {
        if (directive.ValueOf("read-only") is { } option and not ("safe" or "lease-based"))
        {
            return Outcome.Failed($"invalid read-only option \"{option}\"");
        }

        var options = ScriptNodeOptions.Parse(directive);
        var isBootstrap = options.Founding.Members.Length > 0
            || options.Content.Length > 0
            || options.Index > LogIndex.Zero;
        if (isBootstrap && options.Index.Value <= 1)
        {
            return Outcome.Failed("index must be specified as > 1 due to bootstrap");
        }

        for (var i = directive.NumberAt(0); i > 0; i--)
        {
            _nodes.Add(new ScriptNode(_nodes.Count + 1, options));
        }

        return Outcome.Nothing;
    }

    private Outcome ProposeChange(Directive directive)
    {
        var isSingle = directive.IsTrue("v1");
        var transition = directive.ValueOf("transition") switch
        {
            null or "auto" => ChangeTransition.Auto,
            "implicit" => ChangeTransition.JointImplicit,
            "explicit" => ChangeTransition.JointExplicit,
            var other => throw new ScriptFormatException($"Line {directive.Line}: unknown transition {other}."),
        };
        var members = ChangeText.Parse(directive.Input);
        if (isSingle && (members.Count > 1 || transition != ChangeTransition.Auto))
        {
            return Outcome.Failed("v1 conf change can only have one operation and no transition");
        }

        // An entry of ours holds the configuration that it leads to, one of the language the change that was asked for.
        var text = $"{(isSingle ? "EntryConfChange" : LeaveText)} {directive.Input}".Trim();
        return Forward(NodeAt(directive, 0), MessageNames.Proposal, leader => leader.ProposeChange(
            new ConfigurationChange(members, transition), entry => _changes[(entry.Term, entry.Index)] = text));
    }

    private Outcome DrawLog(ScriptNode node)
    {
        var log = node.DurableLog;
        return Outcome.Of(log.Entries.Count == 0
            ? $"log is empty: first index={log.FirstIndex}, last index={log.LastIndex}"
            : string.Join('\n', log.Entries.Select(entry => $"{entry.Term}/{entry.Index} {DrawPayload(entry)}")));
    }

    private string DrawPayload(LogEntry entry) => entry.Kind == EntryKind.Configuration
        ? _changes.GetValueOrDefault((entry.Term, entry.Index), LeaveText)
        : $"EntryNormal {QuotedText.Of(entry.Payload.Span)}";
}
