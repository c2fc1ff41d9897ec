using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Simulation.Tests.Invariants;

/// <summary>A log as a list, which takes whatever it is given: a healthy one would refuse what these tests need.</summary>
internal sealed class HandMadeLog : IRaftLog
{
    public List<LogEntry> Entries { get; } = [];

    public LogIndex FirstIndex => new(1);

    public LogIndex LastIndex => new((ulong)Entries.Count);

    public Term LastTerm => Entries.Count == 0 ? Term.Zero : Entries[^1].Term;

    public long NextOffset => Entries.Count == 0 ? 0 : Entries[^1].NextOffset;

    public Term? TermAt(LogIndex index) =>
        index == LogIndex.Zero ? Term.Zero : index <= LastIndex ? Entries[(int)index.Value - 1].Term : null;

    public void Append(ReadOnlySpan<LogEntry> entries) => Entries.AddRange(entries);

    public void TruncateSuffix(LogIndex first) =>
        Entries.RemoveRange((int)first.Value - 1, Entries.Count - (int)first.Value + 1);

    public bool TryRead(LogIndex first, LogIndex last, int bytesMax, List<LogEntry> into)
    {
        for (var index = first; index <= last; index = index.Next)
        {
            into.Add(Entries[(int)index.Value - 1]);
        }

        return true;
    }

    public LoggedConfiguration? LatestConfiguration(LogIndex upTo) => null;

    public void Reset(RaftSnapshot snapshot) => throw new NotSupportedException("These logs begin at entry 1.");
}
