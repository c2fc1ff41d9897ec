namespace ClusterLog.Storage.Records;

/// <summary>What a stored record is. The numbers stand on disk: never reuse one. 0 is what zero-filled space reads as.</summary>
internal enum RecordType : byte
{
    /// <summary>One entry of a group's log; the only type in segments.</summary>
    Entry = 1,

    /// <summary>A group's hard state, and how far its segments were synced when it was written.</summary>
    GroupState = 2,

    /// <summary>The group was removed; nothing of it counts any more, wherever it stands. Ids are never used twice.</summary>
    GroupRemoved = 3,

    /// <summary>The older WAL files that still count, each with its last commit sequence.</summary>
    FileList = 4,

    /// <summary>Where a group's log begins: older entries were trimmed, or a snapshot took the place of the whole log.</summary>
    GroupStart = 5,
}
