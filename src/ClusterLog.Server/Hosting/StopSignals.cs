using System.Runtime.InteropServices;

namespace ClusterLog.Server.Hosting;

/// <summary>
/// Turns SIGINT and SIGTERM into a graceful stop. The second signal ends the patience: the stop is cut short.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource<string> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _hurry = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
    ];

    /// <summary>Completes at the first signal, with its name.</summary>
    public Task<string> Asked => _asked.Task;

    /// <summary>Cancelled at the second signal.</summary>
    public CancellationToken Hurry => _hurry.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _hurry.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // The runtime would end the process where it stands.
        context.Cancel = true;
        if (!_asked.TrySetResult(context.Signal.ToString()))
        {
            _hurry.Cancel();
        }
    }
}
