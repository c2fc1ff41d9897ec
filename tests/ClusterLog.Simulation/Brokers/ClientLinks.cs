using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Brokers;

/// <summary>The clients' connections to the brokers: they take their time, and break.</summary>
internal sealed class ClientLinks
{
    private readonly World _world;
    private readonly SimulatedRandom _random;

    public ClientLinks(World world)
    {
        _world = world;
        _random = world.RandomFor(RandomStream.Clients);
    }

    /// <summary>Calls of a thousand whose answer is lost, while there are faults.</summary>
    public int LossPermille { get; set; } = 20;

    /// <summary>
    /// Calls a broker. Exactly once, either what <paramref name="atBroker"/> gave to <see cref="ClientCall.Answer"/>
    /// runs, or <paramref name="onLost"/>: refused, broken off, lost, in which case the outcome is unknown.
    /// </summary>
    /// <param name="broker">The broker's id.</param>
    /// <param name="atBroker">
    /// Runs at the broker once the request has arrived there; posts work by <see cref="BrokerLife.Post"/>.
    /// </param>
    /// <returns>The call, which a client that waits no longer may <see cref="ClientCall.Lose"/>.</returns>
    public ClientCall Call(int broker, Action<SimulatedBroker, ClientCall> atBroker, Action onLost)
    {
        var call = new ClientCall(_world, _world.Broker(broker), atBroker, onLost);
        _world.After(DrawLatency(), call);
        return call;
    }

    public long DrawLatency() => _random.Between(50, _world.Settings.LatencyMax);

    public bool DrawLoss() => !_world.IsHealed && _random.Chance(LossPermille);
}
