namespace ClusterLog.Conformance;

/// <summary>A script is not written in the language that it should be written in.</summary>
internal sealed class ScriptFormatException : Exception
{
    public ScriptFormatException(string message)
        : base(message)
    {
    }
}
