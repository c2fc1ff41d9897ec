using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Metadata;

/// <summary>A metadata group of one log, on which a real state machine runs; what a proposal meets can be scripted.</summary>
internal sealed class FakeMetadataGroup : IMetadataGroup
{
    private readonly Lock _lock = new();
    private readonly MetadataState _state = new(NullLogger<MetadataState>.Instance);
    private ulong _index;

    public ReplicaId Leader { get; set; }

    public bool HasCaughtUp => true;

    public bool IsLeader { get; set; }

    public MetadataSnapshot Snapshot => _state.Snapshot;

    public int Proposals { get; private set; }

    /// <summary>Runs before a proposal is applied, and may throw.</summary>
    public Action<int>? BeforeApply { get; set; }

    /// <summary>Runs after a proposal was applied, and may throw: the answer is lost.</summary>
    public Action<int>? AfterApply { get; set; }

    /// <summary>Proposals never finish: they wait until they are cancelled.</summary>
    public bool Hangs { get; set; }

    public async Task<MetadataResult> ProposeAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken)
    {
        int number;
        lock (_lock)
        {
            number = ++Proposals;
        }

        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (!IsLeader)
        {
            throw new BrokerException(ErrorCode.NotLeader, "not the leader");
        }

        BeforeApply?.Invoke(number);
        MetadataResult result;
        lock (_lock)
        {
            result = _state.Apply(new LogIndex(++_index), command);
        }

        AfterApply?.Invoke(number);
        return result;
    }

    public MetadataResult Apply(MetadataCommand command)
    {
        lock (_lock)
        {
            return _state.Apply(new LogIndex(++_index), MetadataCommandCodec.Encode(command));
        }
    }

    public void Register(int count)
    {
        for (var id = 1; id <= count; id++)
        {
            Apply(new RegisterBrokerCommand(new BrokerInfo(id, "h", 9000 + id, "p:1", "", "1", id)));
        }
    }

    public async Task WaitForVersionAsync(LogIndex index, CancellationToken cancellationToken)
    {
        while (Snapshot.Version < index)
        {
            await Task.Delay(1, cancellationToken);
        }
    }
}
