namespace ClusterLog.Checking.Logs;

/// <summary>
/// Ways to break the promises of a log. They exclude each other as far as they can, so that one fault in a history is
/// reported once, under the kind that names it best.
/// </summary>
public enum AnomalyKind
{
    /// <summary>An acknowledged record is not in the final log.</summary>
    LostRecord,

    /// <summary>A value sent once is at two offsets.</summary>
    DuplicateRecord,

    /// <summary>
    /// Two acknowledged records of one producer and partition are not in the order in which they were sent. Records of
    /// unknown outcome are left out: a producer that gives one up goes on, and the record may come after.
    /// </summary>
    ReorderedRecord,

    /// <summary>
    /// One offset has been seen with two values, both of which the log holds; or a record was acknowledged at, or read
    /// from, an offset other than its own.
    /// </summary>
    InconsistentOffset,

    /// <summary>The final log skips or repeats an offset.</summary>
    OffsetGap,

    /// <summary>A consumer that did not seek got an offset that is not above the one before.</summary>
    NonMonotonicPoll,

    /// <summary>A consumer that did not seek was not given a record that the log holds.</summary>
    SkippedRecord,

    /// <summary>A consumer read a value, never acknowledged, that the final log does not hold.</summary>
    UncommittedRead,

    /// <summary>
    /// The same, served by a leader after the log had elected another in a later term. Told apart from
    /// <see cref="UncommittedRead"/> only where polls carry a term and the history has the changes of leaders.
    /// </summary>
    DirtyRead,

    /// <summary>A value was read that nobody sent to this partition.</summary>
    PhantomRecord,

    /// <summary>A value is in the log whose producer was told that it is not.</summary>
    FailedRecordWritten,
}
