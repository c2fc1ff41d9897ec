namespace ClusterLog.Simulation.Worlds;

/// <summary>
/// The parts of a simulation that draw from a stream of their own: taking an event out of one part's plan leaves what the
/// others draw as it was, without which no plan could be shrunk.
/// </summary>
internal enum RandomStream
{
    Settings,
    Faults,
    Network,
    Turns,
    Workload,
    Clients,
    Operator,

    /// <summary>The first of the brokers' own; broker n has this plus 16 n and the 15 that follow.</summary>
    Broker = 64,
}
