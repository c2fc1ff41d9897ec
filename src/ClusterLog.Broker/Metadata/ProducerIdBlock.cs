using ClusterLog.Protocol;

namespace ClusterLog.Broker.Metadata;

/// <summary>Hands out producer ids from a block that belongs to this broker alone. Safe for use by many threads.</summary>
internal sealed class ProducerIdBlock : IDisposable
{
    private readonly MetadataOptions _options;
    private readonly MetadataProposer _proposer;
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Invariant: ids from _next up to, not with, _end belong to this broker and were given to nobody.
    private long _next;
    private long _end;

    public ProducerIdBlock(MetadataOptions options, MetadataProposer proposer)
    {
        _options = options;
        _proposer = proposer;
    }

    /// <summary>The next id; takes a new block when the old one is used up.</summary>
    public async Task<ProducerId> NextAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_next == _end)
            {
                await RefillAsync(cancellationToken);
            }

            return new ProducerId(_next++);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task RefillAsync(CancellationToken cancellationToken)
    {
        var count = _options.ProducerIdBlock;
        var (result, _) = await _proposer.ProposeAsync(
            new AllocateProducerIdsCommand(count), _options.ProducerIdTimeout, cancellationToken);
        if (!result.IsOk)
        {
            throw new BrokerException(result.Error, result.Message);
        }

        (_next, _end) = (result.Payload, result.Payload + count);
    }
}
