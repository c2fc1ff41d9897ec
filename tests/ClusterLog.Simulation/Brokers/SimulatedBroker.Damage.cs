using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Brokers;

/// <content>Damage to the disk: what the plan did, and what the product has noticed.</content>
internal sealed partial class SimulatedBroker
{
    /// <summary>
    /// What is at rest may be damaged, or lost: the broker counts as no good copy until it holds everything again.
    /// </summary>
    public bool IsSuspect { get; set; }

    /// <summary>The plan has damaged what is on this disk: the product may find that, and stop.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>The disk is taken out, with all that was on it; the process comes back over a blank one.</summary>
    public void ReplaceDisk()
    {
        World.Trace.Mix(23, (ulong)Id, Incarnation);
        World.Trace.Note($"broker {Id} gets a blank disk");
        if (Life is { } life)
        {
            World.Statistics.Crashes++;
            Life = null;
            ReplicaList.Clear();
            life.Die();
        }

        World.OnBrokerStopped(this, diskLost: true);
        Incarnation++;
        Disk = NewDisk();
        (Damage, IsSuspect, IsDamaged) = (null, true, false);
        World.After(_restarts.Between(1, 5_000) * WorldSettings.Millisecond, Start);
    }

    /// <summary>The product has found the damage, and sees to it by itself.</summary>
    private void OnDamage(Exception? damage)
    {
        World.Trace.Note($"broker {Id} has found damage: {damage?.Message}");
        if (!IsDamaged)
        {
            throw new ViolationException(
                "false-damage", $"Broker {Id} calls its data damaged, though nothing has damaged it: {damage}");
        }

    }

    /// <summary>The disk cannot be started from: only another helps.</summary>
    private void OnUnusable(Exception damage)
    {
        OnDamage(damage);
        Damage ??= damage;
    }
}
