namespace ClusterLog.Raft;

/// <summary>
/// What a core wants done after the inputs of one turn. The driver takes it by <see cref="RaftCore.TakeOutput"/>, and:
/// hands <see cref="HardState"/> and <see cref="Entries"/> to the disk, in that order and before anything of a later
/// turn; sends <see cref="Messages"/> at once, beside the write; and when the write is durable gives
/// <see cref="Token"/> back and sends <see cref="MessagesAfterDurable"/>.
/// </summary>
internal sealed class RaftOutput
{
    /// <summary>To be made durable when not null: term or vote have changed.</summary>
    public HardState? HardState { get; set; }

    /// <summary>
    /// To be made durable, in order. The first may overlap what was handed over before: then it replaces all from its
    /// index on.
    /// </summary>
    public List<LogEntry> Entries { get; } = [];

    /// <summary>Set when there is anything to wait for: entries, hard state, or messages that wait for earlier writes.</summary>
    public DurableToken? Token { get; set; }

    /// <summary>Messages that leave now.</summary>
    public List<RaftMessage> Messages { get; } = [];

    /// <summary>Messages that leave once <see cref="Token"/> is durable: append, vote and pre-vote responses.</summary>
    public List<RaftMessage> MessagesAfterDurable { get; } = [];

    /// <summary>Entries to be read from disk for a follower that is far behind, answered by <see cref="RaftCore.Loaded"/>.</summary>
    public List<LoadRequest> Loads { get; } = [];

    /// <summary>The commit index after this turn; entries up to it may be applied.</summary>
    public LogIndex Commit { get; set; }

    /// <summary>True when role, leader or term have changed in this turn.</summary>
    public bool StateChanged { get; set; }
}
