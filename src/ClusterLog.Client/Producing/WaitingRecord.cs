namespace ClusterLog.Client.Producing;

/// <summary>A record whose caller waits until it is in the buffer; with no record, a caller of flush.</summary>
internal sealed class WaitingRecord
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly CancellationToken _token;

    // 0 while the caller may take it back, 1 while it is being put into the buffer, 2 when it was taken back.
    private int _claimed;

    public WaitingRecord(ProducerRecord? record, object? handler, CancellationToken cancellationToken)
    {
        _token = cancellationToken;
        Record = record;
        Handler = handler;
    }

    public ProducerRecord? Record { get; }

    public object? Handler { get; }

    public TaskCompletionSource Completion => _completion;

    /// <summary>
    /// Completes when the record is in the buffer. Cancelling takes the record back, unless it is being put there just
    /// now.
    /// </summary>
    public async Task WaitAsync()
    {
        using var registration = _token.UnsafeRegister(
            static state => ((WaitingRecord)state!).TryCancel(), this);
        await _completion.Task.ConfigureAwait(false);
    }

    /// <summary>Whether the caller still waits; afterwards it cannot take the record back any more.</summary>
    public bool TryClaim() => Interlocked.CompareExchange(ref _claimed, 1, 0) == 0;

    /// <summary>Lets the caller take the record back again.</summary>
    public void Unclaim()
    {
        Interlocked.CompareExchange(ref _claimed, 0, 1);
        if (_token.IsCancellationRequested)
        {
            // It was cancelled while it could not be taken back.
            TryCancel();
        }
    }

    private void TryCancel()
    {
        if (Interlocked.CompareExchange(ref _claimed, 2, 0) == 0)
        {
            _completion.TrySetCanceled(_token);
        }
    }
}
