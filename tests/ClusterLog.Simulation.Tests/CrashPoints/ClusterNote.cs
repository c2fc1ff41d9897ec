using ClusterLog.Raft;

namespace ClusterLog.Simulation.Tests.CrashPoints;

/// <summary>Something that a crash must not take back.</summary>
/// <param name="Broker">Whose replica was told that this is durable; 0 where it was committed.</param>
/// <param name="Group">Of which group.</param>
/// <param name="Index">The last entry; 0 where there is none.</param>
/// <param name="Term">That entry's term.</param>
/// <param name="HardState">The hard state that is durable with it, if any.</param>
internal sealed record ClusterNote(int Broker, GroupId Group, LogIndex Index, Term Term, HardState? HardState);
