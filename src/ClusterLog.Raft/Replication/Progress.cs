namespace ClusterLog.Raft.Replication;

/// <summary>
/// What a leader knows of one member's log, and how it feeds it. A member is probed with one append at a time until an
/// answer shows where the logs agree; then appends are pipelined and <see cref="Next"/> runs ahead of
/// <see cref="Match"/>. Invariant: <c>0 &lt;= Match &lt; Next</c>.
/// </summary>
internal sealed class Progress
{
    private bool _isPaused;

    public Progress(ReplicaId id, RaftOptions options)
    {
        Id = id;
        Inflights = new Inflights(options.InflightMessagesMax, options.InflightBytesMax);
    }

    public ReplicaId Id { get; }

    /// <summary>The last index known to be durable at the member and equal to ours.</summary>
    public LogIndex Match { get; private set; }

    /// <summary>The next index to send.</summary>
    public LogIndex Next { get; private set; } = new(1);

    /// <summary>True once an answer has shown where the logs agree.</summary>
    public bool IsReplicating { get; private set; }

    /// <summary>
    /// Nothing more is sent until the member answers: a probe or a snapshot is under way, or the window is full.
    /// </summary>
    public bool IsPaused
    {
        get => _isPaused || PendingSnapshot != LogIndex.Zero;
        private set => _isPaused = value;
    }

    /// <summary>The member has answered since the last check of the quorum.</summary>
    public bool IsRecentlyActive { get; set; }

    /// <summary>The member needs entries that our log no longer holds.</summary>
    public bool NeedsSnapshot { get; set; }

    /// <summary>The driver was asked for a snapshot and has not answered.</summary>
    public bool IsSnapshotAsked { get; set; }

    /// <summary>The driver has no snapshot to give; the next tick may ask again.</summary>
    public bool IsSnapshotDeferred { get; set; }

    /// <summary>
    /// The index of the snapshot under way, zero when there is none. Invariant: it is <c>Next - 1</c> and not below Match.
    /// </summary>
    public LogIndex PendingSnapshot { get; private set; }

    /// <summary>Ticks since that snapshot was sent; zero when there is none.</summary>
    public int TicksSinceSnapshot { get; private set; }

    /// <summary>An append is due even if it carries no entries: to learn, after silence, where the member stands.</summary>
    public bool IsPingDue { get; set; }

    /// <summary>The last round of heartbeats that the member has answered; zero when it has answered none.</summary>
    public ulong AnsweredRound { get; private set; }

    /// <summary>The last round by which the member has fallen quiet; zero when it has not, or is awake again.</summary>
    public ulong QuietRound { get; private set; }

    /// <summary>Ticks in which the member has answered nothing.</summary>
    public int TicksSilent { get; private set; }

    /// <summary>The commit index that the member was last sent, and may have taken over.</summary>
    public LogIndex SentCommit { get; private set; }

    /// <summary>The first index of the read from disk under way; null when there is none.</summary>
    public LogIndex? Loading { get; set; }

    /// <summary>A read from disk has failed; the next tick may try again.</summary>
    public bool IsLoadDeferred { get; set; }

    public Inflights Inflights { get; }

    /// <summary>Starts over for a new leader whose log ends at <paramref name="lastIndex"/> (paper 5.3, nextIndex).</summary>
    public void Reset(LogIndex lastIndex)
    {
        Match = LogIndex.Zero;
        BecomeProbe();
        Next = lastIndex.Next;
        SentCommit = LogIndex.Zero;
        AnsweredRound = 0;
        QuietRound = 0;
        TicksSilent = 0;
        IsRecentlyActive = false;
        IsLoadDeferred = false;
        IsSnapshotAsked = false;
        IsSnapshotDeferred = false;
    }

    /// <summary>A tick has passed. Returns true when something that was put off may be tried again.</summary>
    public bool Tick()
    {
        TicksSilent++;
        if (PendingSnapshot != LogIndex.Zero)
        {
            TicksSinceSnapshot++;
        }

        var isDue = IsLoadDeferred || IsSnapshotDeferred;
        IsLoadDeferred = false;
        IsSnapshotDeferred = false;
        return isDue;
    }

    /// <summary>Notes the answer to a heartbeat of a round; an earlier one may come late.</summary>
    public void Answered(ulong round, bool quiet)
    {
        AnsweredRound = Math.Max(AnsweredRound, round);
        QuietRound = quiet ? Math.Max(QuietRound, round) : 0;
    }

    /// <summary>The member has answered something of this term.</summary>
    public void Heard()
    {
        IsRecentlyActive = true;
        TicksSilent = 0;
    }

    /// <summary>
    /// Starts for a member that joins a leader whose log ends at <paramref name="lastIndex"/>. It counts as active until
    /// it has had an election timeout to answer, so that taking it in does not cost the leader its seat.
    /// </summary>
    public void Join(LogIndex lastIndex)
    {
        Reset(lastIndex.Previous);
        IsRecentlyActive = true;
    }

    /// <summary>
    /// What is under way is lost or refused: one append at a time from now on. A member that has not answered yet goes
    /// on being probed where it was, for its <see cref="Match"/> says nothing: it may hold the whole log. So does one
    /// that was sent a snapshot: right after it.
    /// </summary>
    public void BecomeProbe()
    {
        var next = IsReplicating ? Match.Next : Next;
        Restart();
        Next = next;
        IsReplicating = false;
        SentCommit = LogIndex.Min(SentCommit, Match);
    }

    public void BecomeReplicate()
    {
        Restart();
        IsReplicating = true;
    }

    /// <summary>Notes an append sent with entries up to <paramref name="last"/>, or with none.</summary>
    public void Sent(LogIndex last, long bytes, LogIndex commit)
    {
        IsPingDue = false;
        SentCommit = LogIndex.Min(commit, last);
        if (!IsReplicating)
        {
            IsPaused = true;
            return;
        }

        if (last >= Next)
        {
            Next = last.Next;
            Inflights.Add(last, bytes);
        }

        IsPaused = Inflights.IsFull;
    }

    /// <summary>Notes a snapshot sent, behind which the log goes on; nothing else is sent until it is answered.</summary>
    public void SentSnapshot(LogIndex index)
    {
        Restart();
        IsReplicating = false;
        PendingSnapshot = index;
        Next = index.Next;
        SentCommit = index;
    }

    /// <summary>Takes over an accepted index; false when it tells nothing new.</summary>
    public bool TryAdvance(LogIndex index)
    {
        if (index <= Match)
        {
            return false;
        }

        Match = index;
        Next = LogIndex.Max(Next, index.Next);
        IsPaused = false;
        NeedsSnapshot = false;
        return true;
    }

    /// <summary>
    /// Takes over a rejection of the append whose previous index was <paramref name="rejected"/>, where
    /// <paramref name="hint"/> is the last index at which the logs may agree. False when the rejection is stale:
    /// reordered or duplicated.
    /// </summary>
    public bool TryRetreat(LogIndex rejected, LogIndex hint)
    {
        if (IsReplicating)
        {
            // What lies at or before Match was acknowledged, so the rejection is of an older append.
            if (rejected <= Match)
            {
                return false;
            }

            BecomeProbe();
            return true;
        }

        // A probed member has one append under way, and it followed Next - 1. One that was sent a snapshot has none.
        if (PendingSnapshot != LogIndex.Zero || Next.Previous != rejected)
        {
            return false;
        }

        Next = LogIndex.Max(LogIndex.Min(rejected, hint.Next), Match.Next);
        SentCommit = LogIndex.Min(SentCommit, Next.Previous);
        IsPaused = false;
        return true;
    }

    /// <summary>Lets one more append out after a sign of life, even where the window is full of lost ones.</summary>
    public void Resume() => IsPaused = false;

    private void Restart()
    {
        Inflights.Clear();
        IsPaused = false;
        IsPingDue = false;
        NeedsSnapshot = false;
        PendingSnapshot = LogIndex.Zero;
        TicksSinceSnapshot = 0;
        Next = Match.Next;
    }
}
