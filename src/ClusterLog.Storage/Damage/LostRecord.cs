using System.Collections.Immutable;
using ClusterLog.Raft;

namespace ClusterLog.Storage.Damage;

/// <summary>What the file LOST says: how far this directory can be believed. Immutable.</summary>
/// <param name="DirectoryId">The id that the directory bears since its WAL or its identity was damaged; 0 when neither
/// was.</param>
/// <param name="FirstEpoch">WAL files of lower epochs do not count any more.</param>
/// <param name="FirstSequence">The WAL's commit sequences go on from here at least.</param>
/// <param name="Groups">Those whose identity is lost, by their ids.</param>
internal sealed record LostRecord(
    long DirectoryId, ulong FirstEpoch, ulong FirstSequence, ImmutableSortedDictionary<GroupId, LostIdentity> Groups)
{
    public static readonly LostRecord None = new(0, 0, 0, ImmutableSortedDictionary<GroupId, LostIdentity>.Empty);

    /// <summary>The record with a group in it; of two incarnations the higher one counts, of two places the lower one.</summary>
    public LostRecord With(LostIdentity lost)
    {
        var before = Groups.GetValueOrDefault(lost.Group);
        var (one, other) = (before?.LostFrom ?? LogIndex.Zero, lost.LostFrom);
        var merged = lost with
        {
            Incarnation = Math.Max(before?.Incarnation ?? 0, lost.Incarnation),
            LostFrom = one == LogIndex.Zero || other == LogIndex.Zero ? LogIndex.Max(one, other) : LogIndex.Min(one, other),
        };
        return this with { Groups = Groups.SetItem(lost.Group, merged) };
    }
}
