using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Worlds;

/// <summary>
/// Watches a simulation and throws <see cref="ViolationException"/> when a promise is broken. Called on the simulation's
/// thread, and changes nothing; reads straight from the brokers' parts.
/// </summary>
internal interface IObserver
{
    /// <summary>The world is put together; nothing has happened yet.</summary>
    void OnStarted(World world)
    {
    }

    /// <summary>A broker has opened its storage and its metadata replica; it has done no turn yet.</summary>
    void OnBrokerStarted(SimulatedBroker broker)
    {
    }

    /// <summary>A broker's process has ended, however; its replicas' memory is gone.</summary>
    /// <param name="diskLost">Its disk is gone too: its replicas' identities never come back.</param>
    void OnBrokerStopped(SimulatedBroker broker, bool diskLost)
    {
    }

    /// <summary>Within a turn, replicas have come or gone: a new one has done nothing yet.</summary>
    void OnReplicasChanged(SimulatedBroker broker)
    {
    }

    /// <summary>A shard is about to hear from storage that what it handed over is on the disk.</summary>
    /// <param name="isSynced">Whether the disk says so too.</param>
    void OnDurable(SimulatedBroker broker, WalSubmission submission, bool isSynced)
    {
    }

    /// <summary>A turn of a broker's shard has ended: terms, logs, commits, applied states may have changed.</summary>
    void OnStep(SimulatedBroker broker)
    {
    }

    /// <summary>A replica lets a message go.</summary>
    void OnMessage(SimulatedBroker sender, GroupId group, RaftMessage message)
    {
    }

    /// <summary>A replica has stopped for good in this process, for a reason of its own.</summary>
    void OnReplicaFailed(SimulatedBroker broker, Exception? reason)
    {
    }

    /// <summary>The faults have ended: from now on every group must make progress.</summary>
    void OnHealed(World world)
    {
    }

    /// <summary>Asked about each virtual second after the faults have ended; null when nothing is missing any more.</summary>
    string? MissingForLiveness(World world) => null;

    /// <summary>The simulation has ended, and all converged.</summary>
    void OnEnded(World world)
    {
    }
}
