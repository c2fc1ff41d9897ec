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
    IReadOnlyCollection<LostIdentity> Lost)
{
    /// <summary>All of it, line by line, as a person reads it.</summary>
    public IEnumerable<string> Lines()
    {
        if (Identity is { } identity)
        {
            yield return FormattableString.Invariant(
                $"broker {identity.BrokerId} of cluster '{identity.ClusterName}', directory {identity.DirectoryId:x16}");
            if (identity.Set.Members.Count > 1)
            {
                yield return FormattableString.Invariant(
                    $"one of {identity.Set.Members.Count} directories, known together as {identity.Set.Id:x16}");
            }
        }

        foreach (var lost in Lost)
        {
            yield return $"group {lost.Group}: has lost its identity already, and waits for another: {lost.Damage}";
        }

        foreach (var (kind, finding) in Notes.Select(note => ("note: ", note)).Concat(Findings.Select(item => ("", item))))
        {
            yield return FormattableString.Invariant(
                $"{kind}{finding.File} at byte {finding.Position}: expected {finding.Expected}, found {finding.Found}");
            yield return $"  {(finding.Group is { } group ? $"group {group}: " : "")}{finding.Meaning}";
        }

        var found = Findings.Count switch
        {
            0 => "all is well",
            1 => "1 damage",
            _ => FormattableString.Invariant($"{Findings.Count} damages"),
        };
        yield return FormattableString.Invariant($"{Files} files, {Bytes} bytes, {Groups} {(Groups == 1 ? "group" : "groups")}: {found}");
    }
}
