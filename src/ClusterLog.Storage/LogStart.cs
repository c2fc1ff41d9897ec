using ClusterLog.Raft;

namespace ClusterLog.Storage;

/// <summary>
/// Where a group's log begins: right behind <paramref name="Index"/>, where a checkpoint stands. Default: the log
/// begins with the first entry ever.
/// </summary>
/// <param name="Index">The last index that the log does not hold any more.</param>
/// <param name="Term">The term of the entry that was there.</param>
/// <param name="NextOffset">The offset that the first record behind it takes.</param>
/// <param name="ResetSequence">
/// The WAL's commit sequence in which a snapshot last took the place of the whole log; 0 if none ever did. What the WAL
/// holds of the group from before means nothing any more, whatever its indexes and terms.
/// </param>
internal readonly record struct LogStart(LogIndex Index, Term Term, long NextOffset, ulong ResetSequence = 0);
