using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Network;

/// <summary>The links between brokers: each has a latency, loses, repeats, delays, reorders, and may be cut one way.</summary>
internal sealed class SimulatedNetwork
{
    private const long LatencyMin = 50;
    private const long RepeatDelay = 200 * WorldSettings.Millisecond;

    private readonly World _world;
    private readonly SimulatedRandom _random;
    private readonly bool[,] _cuts;
    private readonly long[,] _lastArrivals;

    public SimulatedNetwork(World world)
    {
        _world = world;
        _random = world.RandomFor(RandomStream.Network);
        Wire = world.Settings.UsesWireFormat ? new WireFormat() : null;
        var size = world.Settings.Brokers + 1;
        (_cuts, _lastArrivals) = (new bool[size, size], new long[size, size]);
    }

    /// <summary>Encodes messages on their way, in the worlds that do so; null in the others.</summary>
    public WireFormat? Wire { get; }

    public NetworkConditions Conditions { get; set; }

    public bool IsCut(int from, int to) => _cuts[from, to];

    /// <summary>Cuts one direction of one link.</summary>
    public void Cut(int from, int to) => _cuts[from, to] = true;

    /// <summary>Joins all links.</summary>
    public void Join() => Array.Clear(_cuts);

    public void Heal()
    {
        Join();
        Conditions = NetworkConditions.Good;
    }

    public void Send(Frame frame)
    {
        _world.Statistics.MessagesSent++;
        var conditions = Conditions;
        if (_cuts[frame.From, frame.To] || (conditions.Lost > 0 && _random.Chance(conditions.Lost)))
        {
            Lose(frame);
            return;
        }

        SendOnce(frame, conditions);
        if (conditions.Duplicated > 0 && _random.Chance(conditions.Duplicated))
        {
            SendOnce(frame, conditions);
        }
    }

    /// <summary>A frame does not arrive; one that must arrive is sent again, while its sender lives.</summary>
    public void Lose(Frame frame)
    {
        _world.Statistics.MessagesLost++;
        var sender = _world.Broker(frame.From);
        if (frame.IsReliable && sender.Starts == frame.Session && sender.IsRunning && _world.Broker(frame.To).IsRunning)
        {
            _world.After(RepeatDelay, new ScheduledAction(() => Send(frame)));
        }
    }

    private void SendOnce(Frame frame, in NetworkConditions conditions)
    {
        var arrival = _world.Now + _random.Between(LatencyMin, _world.Settings.LatencyMax);
        if (conditions.Delayed > 0 && _random.Chance(conditions.Delayed))
        {
            arrival += _random.Between(0, conditions.DelayMax);
        }
        else if (conditions.Reordered == 0 || !_random.Chance(conditions.Reordered))
        {
            // In order: not before what was sent on this link earlier, delays apart.
            ref var last = ref _lastArrivals[frame.From, frame.To];
            arrival = last = Math.Max(last, arrival);
        }

        _world.At(arrival, frame);
    }
}
