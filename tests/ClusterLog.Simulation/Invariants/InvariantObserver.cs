using ClusterLog.Broker.Shards;
using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Invariants;

/// <summary>Shows the checks what happens in a world.</summary>
internal sealed class InvariantObserver(InvariantChecker checker) : IObserver
{
    private List<ReplicaProbe>[] _probes = [];

    /// <inheritdoc/>
    public void OnStarted(World world) =>
        _probes = [.. Enumerable.Range(0, world.Brokers.Count + 1).Select(static _ => new List<ReplicaProbe>())];

    /// <inheritdoc/>
    public void OnBrokerStarted(SimulatedBroker broker) => OnStep(broker);

    /// <inheritdoc/>
    public void OnBrokerStopped(SimulatedBroker broker, bool diskLost) => _probes[broker.Id].Clear();

    /// <inheritdoc/>
    public void OnReplicasChanged(SimulatedBroker broker) => LookForReplicas(broker, _probes[broker.Id]);

    /// <inheritdoc/>
    public void OnDurable(SimulatedBroker broker, WalSubmission submission, bool isSynced)
    {
        foreach (var write in submission.Writes)
        {
            // A replica that has stopped, or made way for another of its group, no longer counts on its writes.
            var writer = ((PendingWrite)write.Context!).Replica;
            foreach (var probe in _probes[broker.Id])
            {
                if (ReferenceEquals(probe.Replica, writer))
                {
                    checker.Durable(probe.Id, write, isSynced);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void OnStep(SimulatedBroker broker)
    {
        var probes = _probes[broker.Id];
        var hasStopped = false;
        foreach (var probe in probes)
        {
            if (probe.Replica.IsStopped)
            {
                hasStopped = true;
            }
            else
            {
                checker.AfterTurn(probe);
            }
        }

        if (hasStopped || probes.Count != broker.Replicas.Count)
        {
            LookForReplicas(broker, probes);
        }
    }

    /// <inheritdoc/>
    public void OnMessage(SimulatedBroker sender, GroupId group, RaftMessage message) => checker.Sent(group, message);

    private void LookForReplicas(SimulatedBroker broker, List<ReplicaProbe> probes)
    {
        probes.RemoveAll(static probe => probe.Replica.IsStopped);
        foreach (var replica in broker.Replicas)
        {
            if (!replica.IsStopped && !probes.Exists(probe => probe.Replica == replica))
            {
                var probe = new ReplicaProbe(replica);
                probes.Add(probe);
                checker.Started(probe);
            }
        }
    }
}
