namespace ClusterLog.Conformance.Interaction;

/// <summary>Our cores have done something else than a script expects; the message says where and what.</summary>
internal sealed class ScriptDifferenceException : Exception
{
    public ScriptDifferenceException(string message)
        : base(message)
    {
    }
}
