namespace ClusterLog.Raft;

/// <summary>What an entry's payload is. The numbers stand on disk and on the wire: never reuse one.</summary>
internal enum EntryKind : byte
{
    /// <summary>The empty entry with which a new leader opens its term (Raft thesis, 6.4).</summary>
    Barrier = 1,

    /// <summary>A record batch, whose records take offsets.</summary>
    Data = 2,

    /// <summary>A command to the group's state machine that takes no offset.</summary>
    Command = 3,

    /// <summary>The group's configuration from this entry on (<see cref="Membership.ConfigurationCodec"/>). Takes no offset.</summary>
    Configuration = 4,
}
