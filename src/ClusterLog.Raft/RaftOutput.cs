namespace ClusterLog.Raft;

/// <summary>
/// What a core wants done after the inputs of one turn. The driver takes it by <see cref="RaftCore.TakeOutput"/>, and:
/// hands <see cref="HardState"/>, <see cref="Snapshot"/> and <see cref="Entries"/> to the disk, in that order (a crash
/// between them may keep any prefix) and before anything of a later turn; sends <see cref="Messages"/> at once, beside
/// the write; and when the write is durable gives <see cref="Token"/> back and sends
/// <see cref="MessagesAfterDurable"/>.
/// </summary>
internal sealed class RaftOutput
{
    // Rare, so that a turn does not pay for them.
    private List<ReplicaId>? _snapshotsWanted;
    private List<ReadAnswer>? _reads;
    private List<ulong>? _failedReads;

    /// <summary>To be made durable when not null: term, vote or configuration index have changed.</summary>
    public HardState? HardState { get; set; }

    /// <summary>
    /// Not null when the leader's snapshot has replaced the whole log. To be made durable after the hard state and before
    /// <see cref="Entries"/>, which follow it: after a crash the disk holds the old log or this, never a mix. The driver
    /// restores its state machine from it before it applies or serves anything more; all up to its index is applied then.
    /// </summary>
    public RaftSnapshot? Snapshot { get; set; }

    /// <summary>
    /// To be made durable, in order. The first may overlap what was handed over before: then it replaces all from its
    /// index on.
    /// </summary>
    public List<LogEntry> Entries { get; } = [];

    /// <summary>Set when there is anything to wait for: a snapshot, entries, hard state, or messages that wait for earlier writes.</summary>
    public DurableToken? Token { get; set; }

    /// <summary>Messages that leave now.</summary>
    public List<RaftMessage> Messages { get; } = [];

    /// <summary>Messages that leave once <see cref="Token"/> is durable: append, vote and pre-vote responses.</summary>
    public List<RaftMessage> MessagesAfterDurable { get; } = [];

    /// <summary>Entries to be read from disk for a follower that is far behind, answered by <see cref="RaftCore.Loaded"/>.</summary>
    public List<LoadRequest> Loads { get; } = [];

    /// <summary>
    /// Members that need a snapshot, for the log no longer holds what they lack. The driver answers each by
    /// <see cref="RaftCore.SnapshotReady"/>, sooner or later; until then it is not asked again for that member.
    /// </summary>
    public IReadOnlyList<ReplicaId> SnapshotsWanted => _snapshotsWanted ?? [];

    /// <summary>Reads that may be served once the state machine has applied up to their index.</summary>
    public IReadOnlyList<ReadAnswer> Reads => _reads ?? [];

    /// <summary>
    /// The contexts of reads that will never be answered, for leadership was lost or the answer did not come. They had
    /// no effect; whoever asked may ask again.
    /// </summary>
    public IReadOnlyList<ulong> FailedReads => _failedReads ?? [];

    /// <summary>The commit index after this turn; entries up to it may be applied.</summary>
    public LogIndex Commit { get; set; }

    /// <summary>True when role, leader or term have changed in this turn.</summary>
    public bool StateChanged { get; set; }

    /// <summary>True when the active configuration has changed in this turn, or when a core has just started.</summary>
    public bool ConfigurationChanged { get; set; }

    /// <summary>True when there is anything that most turns do not bring.</summary>
    internal bool HasRare
        => Snapshot is not null || _snapshotsWanted is not null || _reads is not null || _failedReads is not null;

    internal void AddSnapshotWanted(ReplicaId peer) => (_snapshotsWanted ??= []).Add(peer);

    internal void AddRead(ReadAnswer answer) => (_reads ??= []).Add(answer);

    internal void AddFailedRead(ulong context) => (_failedReads ??= []).Add(context);
}
