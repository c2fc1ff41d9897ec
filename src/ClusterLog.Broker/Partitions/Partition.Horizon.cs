using ClusterLog.Broker.Compaction.Horizons;
using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Shards;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Partitions;

/// <content>
/// Up to where the marks of deleted keys may go: what this replica has done for that, what the group has agreed on, and how
/// its leader brings the two together. Every member is asked how far it is clean; the least of the answers is proposed.
/// </content>
internal sealed partial class Partition
{
    /// <summary>How long a proposal waits for its commit before another may follow.</summary>
    private const long CleanedTimeoutMilliseconds = 10_000;

    private UnattendedProposal? _cleaned;

    /// <summary>What the group has agreed on. Replicated: the same on all replicas at the same entry.</summary>
    public TombstoneHorizon Horizon { get; private set; }

    /// <summary>
    /// Below this offset, this replica holds all committed records and of no key two, neither in segments nor in memory:
    /// for good, as long as it is this replica. Not replicated, and found anew after a start.
    /// </summary>
    public long CleanTo { get; private set; }

    /// <summary>
    /// A run of compaction has left segments clean up to an offset. What memory holds below it may not be, and goes: it
    /// would still be served, and sent to those who come into the group.
    /// </summary>
    /// <param name="life">That of the log which was compacted; of another one nothing follows for this.</param>
    public void NoteClean(object? life, long offset)
    {
        if (!Replica.IsStopped && Replica.Log.Life == life)
        {
            CleanTo = Math.Max(CleanTo, Replica.Log.LetGoBelow(offset));
        }
    }

    /// <summary>What to ask the members, where this replica leads and something may come of it; else null.</summary>
    public HorizonSurvey? BeginSurvey(long unixNow)
    {
        if (!MayMoveHorizon(unixNow) || CleanTo <= Horizon.Pending)
        {
            return null;
        }

        var survey = new HorizonSurvey(
            Address, Replica.Term, Replica.ConfigurationIndex, Replica.Configuration.Members.ToArray());
        survey.Add(Replica.Identity, CleanTo);
        return survey;
    }

    /// <summary>
    /// All members have answered: proposes what follows, unless the group has changed since they were asked. Whoever comes
    /// in later then gets what it lacks from them.
    /// </summary>
    /// <returns>Whether there was anything to propose.</returns>
    public bool EndSurvey(HorizonSurvey survey, long unixNow)
    {
        if (survey.CleanTo is not { } offset
            || !MayMoveHorizon(unixNow)
            || Replica.Term != survey.Term
            || Replica.ConfigurationIndex != survey.ConfigurationIndex
            || Math.Min(offset, HighWatermark) <= Horizon.Pending)
        {
            return false;
        }

        var command = new CleanedCommand(Math.Min(offset, HighWatermark), unixNow);
        _cleaned = new UnattendedProposal { DeadlineMilliseconds = Replica.NowMilliseconds + CleanedTimeoutMilliseconds };
        Replica.Propose(
            _cleaned, EntryKind.Command, offsetCount: 0, maxTimestamp: 0, PartitionCommandCodec.Encode(command));
        return true;
    }

    // Not while a replica that is placed is not in yet: it may have been placed when the topic was not compacted, and have
    // begun on what another had left. Those that are placed later know better. Nor while one that has left may come back as
    // the same: it would hold records whose marks of deletion had gone meanwhile.
    private bool MayMoveHorizon(long unixNow) =>
        Address.Config.Cleanup.HasFlag(CleanupPolicy.Compact)
        && Replica.IsReadyToServe
        && !Address.IsMoving
        && MembershipPlan.IsReached(Replica.Configuration, Address.Replicas)
        && Replica.ConfigurationIndex <= Replica.Commit
        && Horizon.IsMature(unixNow, Address.Config.TombstoneGraceMs)
        && (_cleaned is null || _cleaned.IsAnswered);

    private void ApplyCleaned(CleanedCommand cleaned)
    {
        Horizon = Horizon.After(cleaned with { Offset = Math.Min(cleaned.Offset, HighWatermark) });
        PublishHorizon();
    }

    // Those who compact read it on threads of their own. There is no replica yet while it takes up its first state.
    private void PublishHorizon()
    {
        if (Replica is not null && Horizon != default)
        {
            Replica.Services.Horizons.Set(Replica.Group, Horizon);
        }
    }
}
