using ClusterLog.Simulation.Network;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Faults;

/// <content>What goes wrong between brokers.</content>
internal sealed partial class FaultDriver
{
    private const long DelayMax = 2 * WorldSettings.Second;

    private int _cuts;
    private int _conditions;

    private void CarryOnNetwork(PlannedFault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Network:
                var conditions = ++_conditions;
                _world.Network.Conditions =
                    new NetworkConditions((int)fault.A, (int)fault.B, (int)fault.C, DelayMax, (int)fault.D);
                _world.After(fault.Duration, () => EndConditions(conditions));
                break;
            case FaultKind.Join:
                Join(++_cuts);
                break;
            default:
                CutLinks(fault);
                var cuts = ++_cuts;
                _world.After(fault.Duration, () => Join(cuts));
                break;
        }
    }

    private void CutLinks(PlannedFault fault)
    {
        for (var from = 1; from <= _world.Brokers.Count; from++)
        {
            for (var to = 1; to <= _world.Brokers.Count; to++)
            {
                var isCut = fault.Kind switch
                {
                    FaultKind.CutOne => from == fault.Broker || to == fault.Broker,
                    FaultKind.CutHalf => ((fault.A >> (from - 1)) & 1) != ((fault.A >> (to - 1)) & 1),
                    _ => from == fault.Broker && (fault.A == 0 || to == fault.A),
                };
                if (isCut && from != to)
                {
                    _world.Network.Cut(from, to);
                }
            }
        }
    }

    // Cuts add up until the newest of them ends: then all are joined.
    private void Join(int cuts)
    {
        if (cuts == _cuts)
        {
            _world.Network.Join();
        }
    }

    private void EndConditions(int conditions)
    {
        if (conditions == _conditions)
        {
            _world.Network.Conditions = NetworkConditions.Good;
        }
    }
}
