using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// The state machine of the metadata group: applies committed commands, one after the other, on the group's thread. A
/// pure function of the commands, so replicas that applied the same entries hold equal snapshots. No command throws:
/// one that cannot be done, or read, has its error as its result, and changes nothing but the version.
/// </summary>
internal sealed partial class MetadataState
{
    private readonly ILogger _logger;
    private MetadataSnapshot _snapshot = MetadataSnapshot.Empty;

    public MetadataState(ILogger<MetadataState> logger) => _logger = logger;

    /// <summary>The state after the last entry applied. Safe to read on any thread.</summary>
    public MetadataSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Applies the command of the entry at <paramref name="index"/>, which rises from call to call.</summary>
    public MetadataResult Apply(LogIndex index, ReadOnlyMemory<byte> command)
    {
        if (index <= _snapshot.Version)
        {
            throw new InvalidOperationException(
                $"Metadata entry {index} cannot be applied: the state is at entry {_snapshot.Version} already.");
        }

        var before = _snapshot with { Version = index };
        var decoded = MetadataCommandCodec.Decode(command, out var error);
        if (decoded is null)
        {
            MetadataLog.CommandNotRead(_logger, index, error);
            return Publish(Refuse(before, ErrorCode.Internal, $"Metadata entry {index} cannot be read: {error}"));
        }

        return Publish(Apply(before, decoded));
    }

    /// <summary>Passes an entry that holds no command, such as the one that opens a leader's term.</summary>
    public void Skip(LogIndex index)
    {
        if (index > _snapshot.Version)
        {
            Volatile.Write(ref _snapshot, _snapshot with { Version = index });
        }
    }

    /// <summary>Takes over a whole state, captured after the entry at <paramref name="index"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes cannot be read, or are of another entry.</exception>
    public void Restore(LogIndex index, ReadOnlyMemory<byte> state)
    {
        var snapshot = MetadataSnapshotCodec.Decode(state);
        if (snapshot.Version != index)
        {
            throw new InvalidDataException(
                $"Captured metadata: expected the state at entry {index}, found that at entry {snapshot.Version}.");
        }

        Volatile.Write(ref _snapshot, snapshot);
    }

    private static Applied Apply(MetadataSnapshot before, MetadataCommand command) => command switch
    {
        RegisterBrokerCommand register => Register(before, register.Broker),
        CreateTopicCommand create => Create(before, create),
        DeleteTopicCommand delete => Delete(before, delete.Name),
        AlterTopicCommand alter => Alter(before, alter),
        AllocateProducerIdsCommand allocate => Allocate(before, allocate.Count),
        AssignReplicasCommand assign => Assign(before, assign),
        ReplaceReplicaCommand replace => Replace(before, replace),
        SetBrokerStateCommand set => SetState(before, set),
        RemoveBrokerCommand remove => Remove(before, remove.BrokerId),
        ReachAssignmentCommand reach => Reach(before, reach),
        CancelMoveCommand cancel => Cancel(before, cancel.Group),
        AddPartitionsCommand add => AddPartitions(before, add),
        SetReplicaCountCommand set => SetReplicaCount(before, set),
        SetRebalancingCommand rebalance => Done(before with { IsRebalancing = rebalance.IsOn }),
        _ => Refuse(before, ErrorCode.Internal, $"No rule applies {command.GetType().Name}."),
    };

    private static Applied Done(MetadataSnapshot after, long payload = 0) =>
        new(after, new MetadataResult(ErrorCode.None, string.Empty, after.Version, payload));

    private static Applied Refuse(MetadataSnapshot unchanged, ErrorCode error, string message) =>
        new(unchanged, new MetadataResult(error, message, unchanged.Version));

    private MetadataResult Publish(Applied applied)
    {
        Volatile.Write(ref _snapshot, applied.Snapshot);
        return applied.Result;
    }

    private readonly record struct Applied(MetadataSnapshot Snapshot, MetadataResult Result);
}
