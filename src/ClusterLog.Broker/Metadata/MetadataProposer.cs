using ClusterLog.Broker.Peers;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Metadata;

/// <summary>
/// Gets a command into the metadata log: proposes it here when this broker leads, else asks the leader, and tries again
/// while there is none. Every command is safe to repeat: a creation carries its id, a registration or an alteration sets
/// what it sets, a deletion of what is gone is told from one that was never there by <see cref="ProposeAsync"/>'s caller,
/// and a block of producer ids set aside twice is merely lost. Safe for use by many threads.
/// </summary>
internal sealed class MetadataProposer
{
    private readonly MetadataOptions _options;
    private readonly IMetadataGroup _group;
    private readonly IPeerRequests _peers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public MetadataProposer(
        MetadataOptions options, IMetadataGroup group, IPeerRequests peers, TimeProvider time, ILogger logger)
    {
        _options = options;
        _group = group;
        _peers = peers;
        _time = time;
        _logger = logger;
    }

    /// <summary>Has a command applied, within the timeout; tells whether an earlier try may have done it before.</summary>
    /// <exception cref="BrokerException">
    /// MetadataNotAvailable: surely not done; RequestTimedOut: outcome unknown; or a transient error of the leader's.
    /// </exception>
    public async Task<(MetadataResult Result, bool MayBeRepeated)> ProposeAsync(
        MetadataCommand command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var outcomeUnknown = false;
        var last = MetadataAttempt.Failed(ErrorCode.MetadataNotAvailable, "no time was given", outcomeUnknown: false);
        for (var left = timeout; left > TimeSpan.Zero; left = timeout - _time.GetElapsedTime(started))
        {
            last = await TryAsync(command, left, cancellationToken);
            if (last.Result is { } result)
            {
                return (result, outcomeUnknown);
            }

            outcomeUnknown |= last.OutcomeUnknown;
            if (timeout - _time.GetElapsedTime(started) <= _options.RetryDelay)
            {
                break;
            }

            MetadataLog.ChangeRetried(_logger, last.Reason);
            await Task.Delay(_options.RetryDelay, _time, cancellationToken);
        }

        throw outcomeUnknown
            ? new BrokerException(ErrorCode.RequestTimedOut, $"The change may be done or not: {last.Reason}")
            : new BrokerException(last.Code, last.Reason, (int)_options.RetryDelay.TotalMilliseconds);
    }

    /// <summary>One try on this broker, which must lead: for its own commands and for those that peers forward.</summary>
    public async Task<MetadataAttempt> TryLocallyAsync(
        MetadataCommand command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (ready, refusal) = MetadataPreparation.Prepare(command, _group.Snapshot, _options);
        if (ready is null)
        {
            return MetadataAttempt.Done(refusal!);
        }

        using var timer = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return MetadataAttempt.Done(await _group.ProposeAsync(MetadataCommandCodec.Encode(ready), either.Token));
        }
        catch (BrokerException e)
        {
            return MetadataAttempt.Failed(ToCode(e.Code), e.Message, e.Code == ErrorCode.RequestTimedOut);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return MetadataAttempt.Failed(
                ErrorCode.RequestTimedOut, $"not committed within {timeout.TotalMilliseconds:F0} ms", outcomeUnknown: true);
        }
    }

    private Task<MetadataAttempt> TryAsync(MetadataCommand command, TimeSpan left, CancellationToken cancellationToken)
    {
        var timeout = left < _options.AttemptTimeout ? left : _options.AttemptTimeout;
        if (_group.IsLeader)
        {
            return TryWithTransientAsync(TryLocallyAsync(command, timeout, cancellationToken));
        }

        var leader = _group.Leader;
        return leader.IsNone
            ? Task.FromResult(MetadataAttempt.Failed(
                ErrorCode.MetadataNotAvailable, "no leader of the metadata is known", outcomeUnknown: false))
            : TryWithTransientAsync(ForwardAsync(leader, command, timeout, cancellationToken));
    }

    private async Task<MetadataAttempt> ForwardAsync(
        ReplicaId leader, MetadataCommand command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _peers.RequestAsync(
                leader, MetadataForward.EncodeRequest(command), timeout, cancellationToken);
            var result = MetadataForward.DecodeResponse(response, out var error);
            return result is null
                ? MetadataAttempt.Failed(
                    ErrorCode.Internal, $"the answer of broker {leader} cannot be read: {error}", outcomeUnknown: true)
                : MetadataAttempt.Done(result);
        }
        catch (PeerUnavailableException e)
        {
            return MetadataAttempt.Failed(ErrorCode.MetadataNotAvailable, e.Message, e.OutcomeUnknown);
        }
    }

    /// <summary>A transient error is no result: the command was not done, and may be tried again.</summary>
    private static async Task<MetadataAttempt> TryWithTransientAsync(Task<MetadataAttempt> attempt)
    {
        var done = await attempt;
        return done.Result is { } result && ErrorCodes.IsTransient(result.Error)
            ? MetadataAttempt.Failed(ToCode(result.Error), result.Message, result.Error == ErrorCode.RequestTimedOut)
            : done;
    }

    // To a client, who does not know of the metadata's group, "not leader" would be about a partition.
    private static ErrorCode ToCode(ErrorCode code) =>
        code is ErrorCode.NotLeader or ErrorCode.LeaderNotAvailable ? ErrorCode.MetadataNotAvailable : code;
}
