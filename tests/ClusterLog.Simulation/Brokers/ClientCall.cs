using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Brokers;

/// <summary>
/// One request of a client on its way to a broker and back. The client hears exactly once: its answer, or that the
/// connection was lost, when the request may have been carried out or not.
/// </summary>
internal sealed class ClientCall : IScheduled
{
    private readonly World _world;
    private readonly SimulatedBroker _broker;
    private readonly Action<SimulatedBroker, ClientCall> _atBroker;
    private readonly Action _onLost;
    private BrokerLife? _life;
    private bool _isEnded;

    public ClientCall(
        World world, SimulatedBroker broker, Action<SimulatedBroker, ClientCall> atBroker, Action onLost)
    {
        (_world, _broker, _atBroker, _onLost) = (world, broker, atBroker, onLost);
    }

    /// <summary>The request arrives.</summary>
    public void Run()
    {
        if (_isEnded)
        {
            return;
        }

        if (_broker.Life is not { } life)
        {
            Lose();
        }
        else if (_broker.IsPaused)
        {
            _world.At(_broker.PausedUntil, this);
        }
        else
        {
            _life = life;
            life.OpenCalls.Add(this);
            _atBroker(_broker, this);
        }
    }

    /// <summary>The broker answers; the answer may be lost with its connection.</summary>
    /// <param name="atClient">Runs when the answer arrives.</param>
    public void Answer(Action atClient)
    {
        if (_isEnded)
        {
            return;
        }

        End();
        _world.After(
            _world.Clients.DrawLatency(),
            _world.Clients.DrawLoss() ? _onLost : atClient);
    }

    /// <summary>The connection breaks, or the client waits no longer.</summary>
    public void Lose()
    {
        if (!_isEnded)
        {
            End();
            _world.After(_world.Clients.DrawLatency(), _onLost);
        }
    }

    private void End()
    {
        _isEnded = true;
        _life?.OpenCalls.Remove(this);
    }
}
