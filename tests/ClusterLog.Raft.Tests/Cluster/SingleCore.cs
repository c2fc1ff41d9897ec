namespace ClusterLog.Raft.Tests.Cluster;

/// <summary>One core, replica 1 of a group, given messages by hand; its disk is as slow as the test wants.</summary>
internal sealed class SingleCore
{
    public SingleCore(ulong term = 0, ulong[]? entryTerms = null, int voters = 3, RaftOptions? options = null, ulong applied = 0)
    {
        var terms = entryTerms ?? [];
        for (var i = 0; i < terms.Length; i++)
        {
            Log.Append([Entry((ulong)i + 1, terms[i])]);
        }

        Core = new RaftCore(
            options ?? new RaftOptions(),
            Id(1),
            [.. Enumerable.Range(1, voters).Select(Id)],
            Log,
            new HardState(new Term(term), ReplicaId.None, 0, LogIndex.Zero),
            new LogIndex(applied),
            new Random(1));
    }

    public ListRaftLog Log { get; } = new();

    public RaftCore Core { get; }

    public static ReplicaId Id(int id) => new(id);

    /// <summary>An entry without offsets.</summary>
    public static LogEntry Entry(ulong index, ulong term)
        => new(new LogIndex(index), new Term(term), EntryKind.Command, 0, 0, 0, ReadOnlyMemory<byte>.Empty);

    /// <summary>An append from replica <paramref name="from"/> whose entries have the given terms.</summary>
    public static AppendRequest Append(
        int from, ulong term, ulong previousIndex, ulong previousTerm, ulong commit, params ulong[] entryTerms)
        => new(
            Id(from),
            Id(1),
            new Term(term),
            new LogIndex(previousIndex),
            new Term(previousTerm),
            new LogIndex(commit),
            [.. entryTerms.Select((entryTerm, i) => Entry(previousIndex + 1 + (ulong)i, entryTerm))]);

    public static VoteRequest Vote(int from, ulong term, ulong lastIndex = 0, ulong lastTerm = 0, bool isTransfer = false)
        => new(Id(from), Id(1), new Term(term), new LogIndex(lastIndex), new Term(lastTerm), isTransfer);

    /// <summary>Gives one message and takes what comes of it.</summary>
    public RaftOutput Step(RaftMessage message)
    {
        Core.Step(message);
        return Core.TakeOutput();
    }

    /// <summary>Makes the core lead its next term: it campaigns, is durable at once, and replica 2 votes for it.</summary>
    public RaftOutput Lead()
    {
        Core.Campaign();
        if (Core.Role == RaftRole.PreCandidate)
        {
            Core.Step(new PreVoteResponse(Id(2), Id(1), Core.Term.Next, Granted: true));
        }

        Core.Durable(Core.TakeOutput().Token!.Value);
        Core.Step(new VoteResponse(Id(2), Id(1), Core.Term, Granted: true));
        Assert.Equal(RaftRole.Leader, Core.Role);
        return Core.TakeOutput();
    }
}
