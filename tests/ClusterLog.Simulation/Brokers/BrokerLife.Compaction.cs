using ClusterLog.Broker.Compaction;
using ClusterLog.Broker.Compaction.Horizons;
using ClusterLog.Simulation.Disk;
using ClusterLog.Simulation.Worlds;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Simulation.Brokers;

/// <content>Compaction, and the horizons behind which tombstones go: in rounds at drawn times, instead of by loops.</content>
internal sealed partial class BrokerLife
{
    private readonly CleanTable _clean = new();
    private readonly HorizonTable _horizons = new();

    private Compactor NewCompactor(SimulatedLoggers loggers) => new(
        _world.Settings.Compaction,
        _broker.Id,
        () => Metadata.Snapshot,
        Directories,
        this,
        _clean,
        _horizons,
        Time,
        loggers.CreateLogger<Compactor>());

    private HorizonKeeper NewHorizonKeeper(SimulatedLoggers loggers) => new(
        _world.Settings.Compaction.Interval,
        _broker.Id,
        () => Metadata.Snapshot,
        this,
        Mesh,
        _clean,
        Time,
        loggers.CreateLogger<HorizonKeeper>());

    /// <summary>Something that a broker does again and again in the background, as long as it goes on.</summary>
    private sealed class Rounds(BrokerLife life, BrokerStream stream, Func<CancellationToken, Task> round) : IScheduled
    {
        private readonly SimulatedRandom _random = life._broker.RandomFor(stream, life._broker.Starts);
        private bool _isRunning;

        public void Start()
        {
            var interval = (long)life._world.Settings.Compaction.Interval.TotalMicroseconds;
            life._world.After(_random.Between(1, 2 * interval), this);
        }

        public void Run()
        {
            if (life.IsDead || life.IsPutOff(this, needsDisk: true))
            {
                return;
            }

            if (!_isRunning)
            {
                RunAsync();
            }

            Start();
        }

        private async void RunAsync()
        {
            _isRunning = true;
            Exception? failure = null;
            try
            {
                await round(CancellationToken.None);
            }
            catch (Exception error) when (error is not ViolationException)
            {
                failure = error;
            }

            // One that has failed is begun no more, as in the product.
            _isRunning = failure is not null;
            if (failure is not null && !life.IsDead)
            {
                life.Run(() => End(failure));
            }
        }

        // A failed disk ends compaction, and what else that ends is for storage to say.
        private void End(Exception failure)
        {
            if (failure is SimulatedCrashException || !life._broker.Disk.HasFailed)
            {
                throw failure;
            }
        }
    }
}
