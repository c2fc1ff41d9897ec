namespace ClusterLog.Conformance.Interaction;

/// <summary>A message under way in a script.</summary>
/// <param name="To">The node that it is addressed to; it may not exist yet.</param>
/// <param name="IsLocal">A node's own word that a write is durable, which cannot be lost.</param>
/// <param name="Name">What the script language calls it.</param>
/// <param name="Deliver">Gives it to the node.</param>
internal sealed record ScriptMessage(int To, bool IsLocal, string Name, Action<ScriptNode> Deliver)
{
    public static ScriptMessage Of(RaftMessage message) => new(
        message.To.Value, false, MessageNames.NameOf(message), node => node.Input(core => core.Step(message)));

    public static ScriptMessage Of(int node, DurableToken token)
        => new(node, true, string.Empty, self => self.Input(core => core.Durable(token)));

    /// <summary>True when a command that names a type of message means this one; null means all types.</summary>
    public bool IsOf(string? type) => type is null || (IsLocal ? MessageNames.IsLocal(type) : Name == type);
}
