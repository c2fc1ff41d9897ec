namespace ClusterLog.Raft;

/// <summary>
/// An invariant of the core does not hold: the replica must stop and say so, for going on could lose what others rely
/// on. It is never the answer to load, to the network or to timing.
/// </summary>
internal sealed class RaftInvariantException : Exception
{
    public RaftInvariantException()
    {
    }

    public RaftInvariantException(string message)
        : base(message)
    {
    }

    public RaftInvariantException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// The first entry that is committed here and that a leader has another one in place of; zero when it is something
    /// else. It cannot be unless members of a majority have lost what they had acknowledged.
    /// </summary>
    public LogIndex LostIndex { get; init; }
}
