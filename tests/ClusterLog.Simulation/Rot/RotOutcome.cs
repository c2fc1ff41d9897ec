using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Rot;

/// <summary>What a flipped bit led to.</summary>
/// <param name="Violation">The promise that it broke; null for none.</param>
/// <param name="FoundBy">Who noticed it first.</param>
/// <param name="GroupsRebuilt">Replicas in whose place another came.</param>
/// <param name="IsIdentityReplaced">Whether the whole directory has another id.</param>
/// <param name="IsGone">There was no such byte any more when it was to flip.</param>
internal sealed record RotOutcome(
    RotPlace Place, Violation? Violation, RotFinder FoundBy, int GroupsRebuilt, bool IsIdentityReplaced, bool IsGone);

/// <summary>Who notices damage.</summary>
internal enum RotFinder
{
    /// <summary>Nobody: it has no effect.</summary>
    Nobody,

    Start,
    Read,
    Scrubber,
}
