using ClusterLog.Broker.Shards;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Brokers;

/// <content>What a broker's threads would do, as events of the world.</content>
internal sealed partial class BrokerLife
{
    /// <summary>Ticks between two looks at storage by the clock, since it retries some things about each second.</summary>
    private const int TicksPerStorageLook = 5;

    /// <summary>Everything that a process does comes through here: it may die in the middle of it.</summary>
    private void Run(Action action) => _broker.Run(this, action);

    /// <summary>True, and the event put off, when the process or its disk cannot act now.</summary>
    private bool IsPutOff(IScheduled scheduled, bool needsDisk)
    {
        var until = needsDisk ? Math.Max(_broker.PausedUntil, _broker.DiskStalledUntil) : _broker.PausedUntil;
        if (_world.Now >= until)
        {
            return false;
        }

        _world.At(until, scheduled);
        return true;
    }

    /// <summary>One turn of the shard: all that has arrived, then the writes and messages that follow from it.</summary>
    private sealed class ShardTurn(BrokerLife life) : IScheduled
    {
        private bool _isScheduled;

        public void Wake()
        {
            if (!_isScheduled)
            {
                _isScheduled = true;
                life._world.After(life._turns.Between(10, life._world.Settings.TurnDelayMax), this);
            }
        }

        public void Run()
        {
            if (life.IsDead || life.IsPutOff(this, needsDisk: false))
            {
                return;
            }

            _isScheduled = false;
            life.Run(Process);
        }

        private void Process()
        {
            while (life.Shard.Inbox.TryTake(out var work))
            {
                if (work is Shard.DurableWork durable)
                {
                    life._world.OnDurable(life._broker, durable.Submission, life._isWalSynced);
                }

                var replicas = life.Shard.Replicas.Count;
                life.Shard.Run(work!);
                if (life.Shard.Replicas.Count != replicas)
                {
                    life._world.OnReplicasChanged(life._broker);
                }
            }

            life.Shard.EndTurn();

            // Before the process ends, if this was its last turn: what it has sent is on its way all the same.
            if (!life._broker.Disk.IsDown)
            {
                life._broker.AfterTurn();
            }
        }
    }

    /// <summary>One step of one of storage's threads.</summary>
    private sealed class StorageStep(BrokerLife life, Func<bool> step) : IScheduled
    {
        private bool _isScheduled;

        public void Wake()
        {
            if (!_isScheduled)
            {
                _isScheduled = true;
                life._world.After(life.DrawDiskDelay(), this);
            }
        }

        public void Run()
        {
            if (life.IsDead || life.IsPutOff(this, needsDisk: true))
            {
                return;
            }

            _isScheduled = false;
            life.Run(Process);
        }

        private void Process()
        {
            life._broker.Disk.LastWritten = null;
            if (step())
            {
                Wake();
            }

            if (this == life._steps[0])
            {
                life._isWalSynced = life._broker.Disk.LastWritten is not { HasUnsynced: true };
            }

            // Completions went straight into the inbox.
            life._turn.Wake();
        }
    }

    private sealed class ColdRead(BrokerLife life, Action read) : IScheduled
    {
        public void Run()
        {
            if (!life.IsDead && !life.IsPutOff(this, needsDisk: true))
            {
                life.Run(read);
                life._turn.Wake();
            }
        }
    }

    private sealed class BrokerTick(BrokerLife life) : IScheduled
    {
        private TickWork _work = new(Math.Max(1, (int)(WorldSettings.Second / life._world.Settings.Tick)));
        private int _count;

        public void Run()
        {
            if (life.IsDead || life.IsPutOff(this, needsDisk: false))
            {
                return;
            }

            _work = _work.Next();
            life.Shard.Inbox.Post(_work);
            life._turn.Wake();
            if (++_count % TicksPerStorageLook == 0)
            {
                foreach (var step in life._steps)
                {
                    step.Wake();
                }
            }

            life._world.After(life._broker.Clock.ToWorld(life._world.Settings.Tick), this);
        }
    }
}
