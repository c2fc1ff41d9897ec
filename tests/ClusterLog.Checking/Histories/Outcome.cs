namespace ClusterLog.Checking.Histories;

/// <summary>What the caller of an operation knows about it.</summary>
public enum Outcome
{
    /// <summary>It took effect, once, between invocation and completion.</summary>
    Ok,

    /// <summary>It took no effect and never will.</summary>
    Failed,

    /// <summary>It may take effect at any time after its invocation, also after its completion, or never.</summary>
    Unknown,
}
