namespace ClusterLog.Simulation.Rot;

/// <summary>What rot must not lead to.</summary>
internal static class RotVerdict
{
    /// <summary>Something was served that was never written there.</summary>
    public const string Wrong = "wrong";

    /// <summary>Something acknowledged is gone.</summary>
    public const string Lost = "lost";

    /// <summary>A batch that was sent again is there twice.</summary>
    public const string Doubled = "doubled";

    /// <summary>The broker has not become again what it was.</summary>
    public const string Unrepaired = "unrepaired";
}
