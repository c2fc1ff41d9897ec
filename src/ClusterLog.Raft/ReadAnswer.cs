namespace ClusterLog.Raft;

/// <summary>A read that was found linearizable (thesis 6.4).</summary>
/// <param name="Context">What the driver called it in <see cref="RaftCore.RequestRead"/>.</param>
/// <param name="Index">
/// The read may be served from a state machine that has applied up to here, or beyond: it then sees everything that was
/// committed when it was asked for.
/// </param>
internal readonly record struct ReadAnswer(ulong Context, LogIndex Index);
