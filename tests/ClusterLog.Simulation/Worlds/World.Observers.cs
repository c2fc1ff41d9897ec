using ClusterLog.Raft;
using ClusterLog.Simulation.Brokers;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Worlds;

/// <content>What the observers are told.</content>
internal sealed partial class World
{
    public void OnBrokerStarted(SimulatedBroker broker) =>
        Tell(static (observer, started) => observer.OnBrokerStarted(started), broker);

    public void OnBrokerStopped(SimulatedBroker broker, bool diskLost) =>
        Tell(static (observer, told) => observer.OnBrokerStopped(told.broker, told.diskLost), (broker, diskLost));

    public void OnReplicasChanged(SimulatedBroker broker) =>
        Tell(static (observer, changed) => observer.OnReplicasChanged(changed), broker);

    public void OnDurable(SimulatedBroker broker, WalSubmission submission, bool isSynced)
    {
        foreach (var observer in _observers)
        {
            observer.OnDurable(broker, submission, isSynced);
        }
    }

    public void OnStep(SimulatedBroker broker)
    {
        foreach (var observer in _observers)
        {
            observer.OnStep(broker);
        }
    }

    public void OnMessage(SimulatedBroker sender, GroupId group, RaftMessage message)
    {
        foreach (var observer in _observers)
        {
            observer.OnMessage(sender, group, message);
        }
    }

    public void OnReplicaFailed(SimulatedBroker broker, Exception? reason) =>
        Tell(static (observer, told) => observer.OnReplicaFailed(told.broker, told.reason), (broker, reason));

    private void Tell<T>(Action<IObserver, T> tell, T what)
    {
        foreach (var observer in _observers)
        {
            tell(observer, what);
        }
    }
}
