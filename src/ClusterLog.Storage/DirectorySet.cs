namespace ClusterLog.Storage;

/// <summary>
/// Which data directories a broker had when it last opened them, as each of them remembers it. Where something else is
/// found, some of it was lost, or has come back, and the set goes on under another id.
/// </summary>
/// <param name="Id">What the cluster knows the broker's directories by.</param>
/// <param name="Members">The ids of the directories, in rising order.</param>
internal sealed record DirectorySet(long Id, IReadOnlyList<long> Members)
{
    /// <summary>A directory alone: the set has its id.</summary>
    public static DirectorySet Of(long directory) => new(directory, [directory]);

    public bool Equals(DirectorySet? other) =>
        other is not null && Id == other.Id && Members.SequenceEqual(other.Members);

    public override int GetHashCode() => HashCode.Combine(Id, Members.Count);
}
