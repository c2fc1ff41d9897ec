using ClusterLog.Storage.Damage;

namespace ClusterLog.Storage.Checking;

/// <summary>What a check of a whole directory came to.</summary>
/// <param name="Identity">Whose the directory is; null where that cannot be read.</param>
/// <param name="Files">Files that were read.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Groups">Groups that the directory holds.</param>
/// <param name="Findings">What is wrong, file by file.</param>
/// <param name="Notes">What a crash may leave too, and what costs nothing.</param>
/// <param name="Lost">Groups of which damage was found before, and that have not come back as another yet: no
/// findings.</param>
internal sealed record CheckResult(
    DirectoryIdentity? Identity,
    int Files,
    long Bytes,
    int Groups,
    IReadOnlyList<CheckFinding> Findings,
    IReadOnlyList<CheckFinding> Notes,
    IReadOnlyCollection<LostIdentity> Lost);
