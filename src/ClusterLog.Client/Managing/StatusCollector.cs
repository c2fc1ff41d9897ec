using ClusterLog.Client.Connections;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Managing;

/// <summary>Asks every broker for its state at the same time, and puts the answers together.</summary>
internal static class StatusCollector
{
    /// <summary>Asks once. Fails with a transient error if no broker tells who the others are.</summary>
    public static async Task<ClusterStatus> CollectAsync(ClusterAccess access, CancellationToken cancellationToken)
    {
        var snapshot = await access.Metadata.RefreshAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var answers = await Task.WhenAll(snapshot.Brokers.Select(
            broker => AskAsync(access, broker.Key, broker.Value, cancellationToken))).ConfigureAwait(false);
        var reached = answers.Where(answer => answer.Response is not null).Select(answer => answer.Response!).ToArray();
        if (reached.Length == 0)
        {
            throw new ClusterLogException(ErrorCode.MetadataNotAvailable, "No broker told its state.");
        }

        var controller = snapshot.ControllerId != 0
            ? snapshot.ControllerId
            : reached.Select(response => response.ControllerId).FirstOrDefault(id => id != 0);
        return new ClusterStatus(
            snapshot.ClusterId,
            controller == 0 ? null : new BrokerId(controller),
            Merge(answers, reached),
            MergeGroups(reached));
    }

    private static async Task<BrokerAnswer> AskAsync(
        ClusterAccess access, int id, BrokerAddress address, CancellationToken cancellationToken)
    {
        try
        {
            var response = await access.CallAsync<ClusterStatusRequest, ClusterStatusResponse>(
                address, new ClusterStatusRequest(), cancellationToken).ConfigureAwait(false);
            return new BrokerAnswer(id, address, response, null);
        }
        catch (ClusterLogException error)
        {
            return new BrokerAnswer(id, address, null, error.Message);
        }
    }

    private static BrokerStatus[] Merge(BrokerAnswer[] answers, ClusterStatusResponse[] reached)
    {
        var known = reached.SelectMany(response => response.Brokers).DistinctBy(broker => broker.Id)
            .ToDictionary(broker => broker.Id);
        var asked = answers.Select(answer =>
        {
            known.TryGetValue(answer.Id, out var broker);
            return new BrokerStatus(
                new BrokerId(answer.Id),
                answer.Address.ToString(),
                broker?.PeerAddress ?? string.Empty,
                broker?.HttpAddress ?? string.Empty,
                answer.Response is not null,
                answer.Response?.ServerVersion,
                answer.Response is { } response ? TimeSpan.FromMilliseconds(response.UptimeMs) : null,
                answer.Error);
        });

        // A broker that has not told the cluster where clients reach it yet.
        var unasked = known.Values.Where(broker => Array.TrueForAll(answers, answer => answer.Id != broker.Id))
            .Select(broker => new BrokerStatus(
                new BrokerId(broker.Id),
                new BrokerAddress(broker.Host, broker.Port).ToString(),
                broker.PeerAddress,
                broker.HttpAddress,
                false,
                null,
                null,
                "It is not in the cluster's metadata."));
        return [.. asked.Concat(unasked).OrderBy(broker => broker.Id.Value)];
    }

    private static GroupStatus[] MergeGroups(ClusterStatusResponse[] reached) =>
    [
        .. reached
            .SelectMany(response => response.Replicas.Select(replica => (response.BrokerId, Replica: replica)))
            .GroupBy(entry => entry.Replica.GroupId)
            .OrderBy(group => group.Key)
            .Select(group => MergeGroup(group.Key, [.. group.OrderBy(entry => entry.BrokerId)])),
    ];

    private static GroupStatus MergeGroup(ulong groupId, (int BrokerId, StatusReplica Replica)[] entries)
    {
        // Whoever is behind may still name the leader of an older term.
        var newest = entries.MaxBy(entry => (entry.Replica.Term, entry.Replica.LeaderId != 0)).Replica;
        var leader = Array.Find(
            entries, entry => entry.Replica.Role == Protocol.Messages.ReplicaRole.Leader && entry.Replica.Term == newest.Term);
        var first = entries[0].Replica;
        return new GroupStatus(
            (long)groupId,
            first.Topic.Length == 0 ? null : first.Topic,
            first.Partition,
            newest.LeaderId == 0 ? null : new BrokerId(newest.LeaderId),
            (long)newest.Term,
            [.. entries.Select(entry => ToStatus(entry.BrokerId, entry.Replica, leader.Replica))]);
    }

    private static ReplicaStatus ToStatus(int brokerId, StatusReplica replica, StatusReplica? leader) => new(
        new BrokerId(brokerId),
        (ReplicaRole)(int)replica.Role,
        (long)replica.CommitIndex,
        (long)replica.AppliedIndex,
        (long)replica.LastIndex,
        new Offset(replica.NextOffset),
        leader is null ? null : Math.Max(0, (long)leader.LastIndex - (long)replica.LastIndex),
        replica.Checksum,
        replica.SizeBytes);

    private sealed record BrokerAnswer(int Id, BrokerAddress Address, ClusterStatusResponse? Response, string? Error);
}
