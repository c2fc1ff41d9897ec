using ClusterLog.Raft;

namespace ClusterLog.Simulation.Tests.CrashPoints;

/// <summary>One group's log as a broker finds it after a crash; it begins behind an entry that was committed.</summary>
internal sealed record GroupFind(
    LogIndex Start, LogIndex LastIndex, Term LastTerm, HardState HardState, Func<LogIndex, Term?> TermAt)
{
    public bool Holds(LogIndex index, Term term) => Start >= index || (LastIndex >= index && TermAt(index) == term);

    public override string ToString() => $"{Start} to {LastIndex}/{LastTerm}, {HardState}";
}
