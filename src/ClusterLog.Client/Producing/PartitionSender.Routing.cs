using System.Diagnostics.CodeAnalysis;
using ClusterLog.Client.Connections;
using ClusterLog.Client.Metadata;
using ClusterLog.Protocol;

namespace ClusterLog.Client.Producing;

internal sealed partial class PartitionSender
{
    // With the default pauses a topic that nobody knows any more is given up after some four seconds.
    private const int UnknownTopicFailuresMax = 8;

    private Task? _awaited;
    private Task<BrokerConnection>? _connecting;
    private Task<ProducerIdentity>? _identifying;
    private BrokerConnection? _lastConnection;
    private PartitionLeader? _lastLeader;
    private PartitionLeader? _staleLeader;
    private ClusterLogException? _lastError;
    private long _pausedUntil;
    private int _failures;

    /// <summary>The leader's connection, if it is there and no pause is due. If not, the loop will be woken.</summary>
    private bool TryGetConnection(
        long now, [NotNullWhen(true)] out BrokerConnection? connection, out long wakeAt)
    {
        connection = null;
        wakeAt = long.MaxValue;
        var leader = _access.Metadata.Current.FindLeader(_partition);
        if (now < _pausedUntil && !IsNews(leader))
        {
            wakeAt = _pausedUntil;
            return false;
        }

        if (leader is null)
        {
            wakeAt = OnNoLeader(now);
            return false;
        }

        if (_connecting is null || !leader.Equals(_lastLeader))
        {
            _lastLeader = leader;
            _connecting = _access.Connections.GetAsync(leader.Address);
        }

        if (!_connecting.IsCompleted)
        {
            WakeAfter(_connecting);
            return false;
        }

        var done = _connecting;
        _connecting = null;
        if (!done.IsCompletedSuccessfully)
        {
            wakeAt = PauseAfter(ErrorOf(done), now);
            return false;
        }

        // While batches are under way, later ones follow them on the same connection: on another they would overtake.
        if (_outstanding > 0 && done.Result != _lastConnection)
        {
            return false;
        }

        connection = _lastConnection = done.Result;
        return true;
    }

    private bool TryGetIdentity(long now, out long wakeAt)
    {
        wakeAt = long.MaxValue;
        if (_identity is not null)
        {
            return true;
        }

        if (now < _pausedUntil)
        {
            wakeAt = _pausedUntil;
            return false;
        }

        _identifying ??= _identities.GetAsync(_spentIdentity);
        if (!_identifying.IsCompleted)
        {
            WakeAfter(_identifying);
            return false;
        }

        var done = _identifying;
        _identifying = null;
        if (done.IsCompletedSuccessfully)
        {
            _identity = done.Result;
            return true;
        }

        wakeAt = PauseAfter(ErrorOf(done), now);
        return false;
    }

    /// <summary>Notes a failure: asks for metadata, and does nothing more until the pause is over or they show another
    /// leader.</summary>
    private long PauseAfter(ClusterLogException error, long now)
    {
        _lastError = error;
        _staleLeader = _lastLeader;
        var pause = _access.Backoff.After(++_failures, error.RetryAfter);
        _pausedUntil = now + (long)(pause.TotalSeconds * _access.Time.TimestampFrequency);
        ProducingLog.Paused(_access.Logger, _partition, pause, error.Message);
        var hasNews = _staleLeader is not null && IsNews(_access.Metadata.Current.FindLeader(_partition));
        if (!hasNews && !_access.Stopping.IsCancellationRequested)
        {
            WakeAfter(_access.Metadata.RefreshAsync());
        }

        return _pausedUntil;
    }

    private long OnNoLeader(long now)
    {
        var topicError = _access.Metadata.Current.FindTopic(_partition.Topic)?.Error ?? ErrorCode.None;
        if (topicError is ErrorCode.UnknownTopic && _failures >= UnknownTopicFailuresMax)
        {
            var message = $"Topic '{_partition.Topic}' does not exist any more.";
            FailAll(wasSent => new ClusterLogException(topicError, message) { IsOutcomeUnknown = wasSent });
            _failures = 0;
            return long.MaxValue;
        }

        return PauseAfter(NoLeader(), now);
    }

    // Terms only rise, so an answer from a broker that is behind cannot send the batches back and forth.
    private bool IsNews(PartitionLeader? leader) =>
        leader is not null && (_staleLeader is null || leader.Term > _staleLeader.Term);

    // The continuation only wakes the loop, which looks at the task again.
    private void WakeAfter(Task task)
    {
        if (_awaited == task)
        {
            return;
        }

        _awaited = task;
        task.ConfigureAwait(false).GetAwaiter().OnCompleted(() =>
        {
            _ = task.Exception;
            _loop.Wake(this);
        });
    }

    private static ClusterLogException ErrorOf(Task task) => task.Exception?.InnerException switch
    {
        ClusterLogException error => error,
        { } other => new ClusterLogException(ErrorCode.ShuttingDown, other.Message, other),
        null => new ClusterLogException(ErrorCode.ShuttingDown, "The client was disposed."),
    };

    private ClusterLogException NoLeader() =>
        new(ErrorCode.LeaderNotAvailable, $"Partition {_partition} has no leader that is known.");
}
