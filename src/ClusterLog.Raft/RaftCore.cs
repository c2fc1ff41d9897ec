namespace ClusterLog.Raft;

internal sealed partial class RaftCore
{
    public RaftCore(
        RaftOptions options, ReplicaId self, IReadOnlyList<ReplicaId> voters, IRaftLog log, HardState hardState, LogIndex applied, Random random)
        => throw new NotImplementedException();
    public void Durable(DurableToken token) => throw new NotImplementedException();
    public void Loaded(ReplicaId peer, LogIndex first, IReadOnlyList<LogEntry> entries) => throw new NotImplementedException();
    public RaftOutput TakeOutput() => throw new NotImplementedException();
}
