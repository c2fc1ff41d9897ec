namespace ClusterLog.Conformance.Interaction;

internal sealed partial class InteractionScript
{
    private Outcome AddNodes(Directive directive)
    {
        if (directive.ValueOf("read-only") is { } option and not ("safe" or "lease-based"))
        {
            return Outcome.Failed($"invalid read-only option \"{option}\"");
        }

        var options = ScriptNodeOptions.Parse(directive);
        var isBootstrap = options.Voters.Count + options.Learners.Count > 0
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

    private static Outcome DrawLog(ScriptNode node) => Outcome.Of(StateDrawing.Log(node.DurableLog));
}
