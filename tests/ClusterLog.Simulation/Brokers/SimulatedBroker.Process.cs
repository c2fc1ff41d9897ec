using ClusterLog.Simulation.Disk;
using ClusterLog.Simulation.Worlds;
using ClusterLog.Storage;

namespace ClusterLog.Simulation.Brokers;

/// <content>The life and death of the broker's process.</content>
internal sealed partial class SimulatedBroker
{
    private bool _mustEnd;

    public void Start()
    {
        if (IsRunning || Damage is not null)
        {
            return;
        }

        Starts++;
        _mustEnd = false;
        World.Trace.Mix(20, (ulong)Id, (ulong)Starts);
        World.Trace.Note($"broker {Id} starts, the {Starts}th time");
        try
        {
            Life = new BrokerLife(this);
        }
        catch (SimulatedCrashException)
        {
            Life = null;
            Restart(powerLost: true, losesAll: false);
            return;
        }
        catch (DataDirectoryException damage)
        {
            Life = null;
            OnUnusable(damage);
            return;
        }

        catch (IOException error) when (Disk.HasFailed || Disk.Capacity < long.MaxValue / 2)
        {
            World.Trace.Note($"broker {Id} cannot start: {error.Message}");
            Life = null;
            Restart(powerLost: false, losesAll: false);
            return;
        }

        World.OnBrokerStarted(this);
        Life.Start();
    }

    /// <summary>The process ends, with or without the machine's power, and nothing brings it back but <see cref="Start"/>.</summary>
    /// <param name="losesAll">Of what was not synced nothing survives.</param>
    public void Crash(bool powerLost, bool losesAll)
    {
        World.Trace.Mix(21, (ulong)Id, powerLost ? 1u : 0);
        World.Trace.Note($"broker {Id} ends; power lost: {powerLost}, with all that was not synced: {losesAll}");
        if (Life is { } life)
        {
            World.Statistics.Crashes++;
            Life = null;
            ReplicaList.Clear();
            life.Die();
            World.OnBrokerStopped(this, diskLost: false);
        }

        Disk.Restart(powerLost, losesAll);
    }

    /// <summary>Runs a part of the process, which may end in it.</summary>
    public void Run(BrokerLife life, Action action)
    {
        try
        {
            action();
        }
        catch (SimulatedCrashException)
        {
            // Looked at below: others may have met it before and kept it to themselves.
        }
        catch (Exception error) when (error is not ViolationException)
        {
            OnBroken(error);
        }

        if (Disk.IsDown)
        {
            Restart(powerLost: true, losesAll: false);
        }
        else if (_mustEnd && ReferenceEquals(life, Life))
        {
            Restart(powerLost: false, losesAll: false);
        }
    }

    /// <summary>The product says that it cannot go on, and ends its process; whoever watches over it starts it again.</summary>
    public void OnStorageFailed(Exception error)
    {
        World.Trace.Note($"broker {Id} gives up: {error.Message}");
        if (!Disk.HasFailed && !Disk.IsDown && !IsDamaged)
        {
            throw new ViolationException("broker-stopped", $"Broker {Id} gave up on a healthy disk: {error}");
        }

        _mustEnd = true;
    }

    /// <summary>A replica has stopped by its own decision.</summary>
    public void OnReplicaFailed(Exception? reason)
    {
        World.Trace.Mix(22, (ulong)Id, 0);
        World.Trace.Note($"a replica of broker {Id} stops: {reason?.Message}");
        World.OnReplicaFailed(this, reason);
        if (Disk.HasFailed || Disk.IsDown || reason is SimulatedCrashException)
        {
            return;
        }

        if (!IsDamaged)
        {
            throw new ViolationException("replica-stopped", $"A replica of broker {Id} stopped on a healthy disk: {reason}");
        }

        OnDamage(reason);
    }

    /// <summary>The simulation is over.</summary>
    public void Discard()
    {
        Life?.Die();
        Life = null;
    }

    public void AfterTurn()
    {
        var shard = Life!.Shard;
        var isSame = ReplicaList.Count == shard.Replicas.Count;
        foreach (var replica in ReplicaList)
        {
            isSame &= !replica.IsStopped;
        }

        if (!isSame)
        {
            ReplicaList.Clear();
            ReplicaList.AddRange(shard.Replicas);
        }

        World.OnStep(this);
    }

    private void OnBroken(Exception error)
    {
        World.Trace.Note($"broker {Id} throws: {error}");
        if (!IsDamaged && !Disk.HasFailed)
        {
            throw new ViolationException("broker-broken", $"Broker {Id} threw on a healthy disk: {error}");
        }

        _mustEnd = true;
    }

    private void Restart(bool powerLost, bool losesAll)
    {
        Crash(powerLost, losesAll);
        World.After(_restarts.Between(1, 5_000) * WorldSettings.Millisecond, Start);
    }
}
