using ClusterLog.Protocol;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Metadata;

/// <content>Replicas that have lost what they had promised, and those that take their places.</content>
internal sealed partial class MetadataState
{
    private static Applied Replace(MetadataSnapshot before, ReplaceReplicaCommand command)
    {
        if (command.Group == GroupId.Metadata)
        {
            return ReplaceOfMetadata(before, command);
        }

        if (!before.ByGroup.TryGetValue(command.Group, out var partition))
        {
            return Refuse(before, ErrorCode.UnknownTopic, $"No partition has group {command.Group}.");
        }

        // Whoever has it no longer, or has another on that broker, was answered before, or has moved away.
        var held = partition.ReplicaOn(command.Lost.Value);
        if (held != command.Lost)
        {
            return Done(before, held.Incarnation);
        }

        var placed = PlacedNow(before, held.Value);
        var replaced = partition with { Replicas = partition.Replicas.Replace(held, placed), AssignedAt = before.Version };
        return Done(WithPartition(before, replaced), placed.Incarnation);
    }

    /// <summary>
    /// A broker without metadata does not know under which name it was a member last, so the answer must not be taken
    /// from what an earlier directory was told: it is new, unless it was given to this very directory.
    /// </summary>
    private static Applied ReplaceOfMetadata(MetadataSnapshot before, ReplaceReplicaCommand command)
    {
        var broker = command.Lost.Value;
        var held = before.MetadataReplicas.GetValueOrDefault(broker);
        if (held.Incarnation == command.Lost.Incarnation)
        {
            var placed = PlacedNow(before, broker).Incarnation;
            var replica = new MetadataReplica(placed, command.DirectoryId);
            return Done(before with { MetadataReplicas = before.MetadataReplicas.SetItem(broker, replica) }, placed);
        }

        // Else the one who asks learns what there is now, and asks again for that to be replaced.
        return held.DirectoryId == command.DirectoryId
            ? Done(before, held.Incarnation)
            : new Applied(before, new MetadataResult(
                ErrorCode.InvalidArgument,
                $"Broker {broker} asks for its replica {command.Lost} of the metadata to be replaced in directory "
                + $"{command.DirectoryId:x16}: expected {new ReplicaId(broker, held.Incarnation)}, which was placed in "
                + $"directory {held.DirectoryId:x16}.",
                before.Version,
                held.Incarnation));
    }
}
