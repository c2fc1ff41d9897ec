namespace ClusterLog.Simulation.Brokers;

/// <content>Damage to the disk: what the plan did, and what the product has noticed.</content>
internal sealed partial class SimulatedBroker
{
    /// <summary>
    /// What is at rest may be damaged, or lost: the broker counts as no good copy until it holds everything again.
    /// </summary>
    public bool IsSuspect { get; set; }

    /// <summary>The product has found the damage: the process ends, and waits for another disk.</summary>
    private void OnDamage(Exception? damage)
    {
        World.Trace.Note($"broker {Id} has found damage: {damage?.Message}");
        if (!IsSuspect)
        {
            throw new Worlds.ViolationException(
                "false-damage", $"Broker {Id} calls its data damaged, though nothing has damaged it: {damage}");
        }

        Damage = damage;
        _mustEnd = true;
        World.Operator.OnDamage(this);
    }
}
