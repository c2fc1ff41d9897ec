using ClusterLog.Raft;
using ClusterLog.Storage.Segments;
using ClusterLog.Storage.Wal;

namespace ClusterLog.Storage.Damage;

/// <content>The way without the WAL: every group from its segments and checkpoints, and none under its old
/// identity.</content>
internal sealed partial class DirectoryRecovery
{
    private RecoveredDirectory Rebuild(CorruptLogException damage)
    {
        var remains = WalRemains.Read(_disk);
        var epoch = Math.Max(remains.EpochMax, _lost.FirstEpoch) + 1;
        var sequence = Math.Max(remains.SequenceMax + 1, _lost.FirstSequence);
        var identity = _configured.Renamed(NewId(_configured.DirectoryId, epoch));

        // The metadata group always: no placement tells of it that it was on the directory before.
        var groups = new SegmentRecovery(_disk).Groups()
            .Union(remains.Incarnations.Keys).Union(_lost.Groups.Keys).Append(GroupId.Metadata).Distinct()
            .Where(group => !remains.Removed.ContainsKey(group)).Order().ToArray();
        var plans = groups.Select(group => _salvage.Plan(group, sequence, BelievesIndexes(group), LostFrom(group))).ToList();
        _lost = _lost with { DirectoryId = identity.DirectoryId, FirstEpoch = epoch, FirstSequence = sequence };
        foreach (var group in groups)
        {
            // A group's own damage says more of it than the WAL's.
            var found = _lost.Groups.GetValueOrDefault(group)?.Damage ?? GroupDamage.Of(damage);
            _lost = _lost.With(new LostIdentity(group, remains.Incarnations.GetValueOrDefault(group), sequence, found));
        }

        DamageLog.DirectoryDamaged(_logger, damage.Message, groups.Length, identity.DirectoryId);
        _aside.Copy([.. new[] { StorageLayout.IdentityFile, StorageLayout.LostFile }.Where(path => path == damage.File)]);
        LostFile.Save(_disk, _lost);
        IdentityFile.Save(_disk, identity);
        var recovered = plans.ToDictionary(plan => plan.Segments.Group, Carry);
        _aside.Take([.. WalPaths(_ => true)]);
        var spares = new WalRecovery(_disk, _options, _logger).Finish([]);
        return new RecoveredDirectory(
            identity,
            WithSequence(spares with { Groups = recovered, Removed = remains.Removed.Keys }),
            _lost,
            groups.Length);
    }

    private LogIndex LostFrom(GroupId group) => _lost.Groups.GetValueOrDefault(group)?.LostFrom ?? LogIndex.Zero;

    // A segment that damage was found in must be read through before its index can be believed again.
    private bool BelievesIndexes(GroupId group) =>
        _lost.Groups.GetValueOrDefault(group)?.Damage.File.StartsWith(StorageLayout.SegmentsFolder, StringComparison.Ordinal)
            is not true;

    // As good as drawn at random, since the configured one was; and another one each time, since the epoch has risen.
    // The mixer is splitmix64's.
    private static long NewId(long configured, ulong epoch)
    {
        var mixed = unchecked((ulong)configured + (epoch * 0x9E3779B97F4A7C15));
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return (long)(mixed ^ (mixed >> 31));
    }
}
