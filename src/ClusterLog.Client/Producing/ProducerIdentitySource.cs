using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Producing;

/// <summary>Asks for the producer's identity when it is first needed, and for another when a partition lost its own.</summary>
internal sealed class ProducerIdentitySource
{
    private readonly Lock _gate = new();
    private readonly ClusterAccess _access;
    private readonly string _name;
    private Task<ProducerIdentity>? _current;

    public ProducerIdentitySource(ClusterAccess access, string name)
    {
        _access = access;
        _name = name;
    }

    /// <summary>The newest identity that is not <paramref name="spent"/>. All who ask at the same time share a request.</summary>
    public Task<ProducerIdentity> GetAsync(ProducerIdentity? spent)
    {
        lock (_gate)
        {
            var isUsable = _current is { IsCompleted: false }
                || (_current is { IsCompletedSuccessfully: true } && !_current.Result.Equals(spent));
            if (!isUsable)
            {
                _current = AskAsync();
            }

            return _current!;
        }
    }

    /// <summary>Waits until nothing is being asked any more.</summary>
    public async Task SettleAsync()
    {
        await Task.WhenAny(_current ?? Task.CompletedTask).ConfigureAwait(false);
    }

    private async Task<ProducerIdentity> AskAsync()
    {
        // The caller holds the lock.
        await Task.Yield();
        var response = await _access.RetryAsync(
            token => _access.CallAnyOnceAsync<InitProducerRequest, InitProducerResponse>(
                new InitProducerRequest(_name), token),
            CancellationToken.None).ConfigureAwait(false);
        return new ProducerIdentity(response.ProducerId, response.ProducerEpoch);
    }
}
